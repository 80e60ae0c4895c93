internal import CSQLite

extension StorageError {
    /// What an extended result code means. SQLite's message names tables and columns, never a bound value.
    init(sqlite code: Int32, of handle: OpaquePointer?, during action: String) {
        let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        if code & 0xff == SQLITE_CONSTRAINT {
            self.init(violated: Constraint(sqlite: code, message: message))
        } else {
            self.init(Self.code(sqlite: code), detail: "\(message) (SQLite \(code)) during \(action)")
        }
    }

    private static func code(sqlite code: Int32) -> Code {
        if code == SQLITE_IOERR | (4 << 8) || code == SQLITE_IOERR | (5 << 8) { return .syncFailed }
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked
        case SQLITE_FULL: return .full
        case SQLITE_IOERR, SQLITE_PROTOCOL: return .io
        case SQLITE_CORRUPT: return .corrupt
        case SQLITE_NOTADB: return .notOurs
        case SQLITE_READONLY: return .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: return .cannotOpen
        case SQLITE_NOMEM: return .outOfMemory
        default: return .misuse
        }
    }
}

extension StorageError.Constraint {
    /// SQLite says "UNIQUE constraint failed: table.column", and of a foreign key no name at all.
    fileprivate init(sqlite code: Int32, message: String) {
        let kind: Kind =
            switch code >> 8 {
            case 6, 8, 10: .unique  // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID
            case 1: .check
            case 3: .foreignKey
            case 5: .notNull
            default: .other
            }
        let colon = message.range(of: ": ")
        self.init(kind: kind, name: colon.map { String(message[$0.upperBound...]) } ?? "")
    }
}
