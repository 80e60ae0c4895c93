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
        switch code {
        case Extended.fsync, Extended.directoryFsync: return .syncFailed
        default: break
        }
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
            switch code {
            case Extended.primaryKey, Extended.unique, Extended.rowid: .unique
            case Extended.check: .check
            case Extended.foreignKey: .foreignKey
            case Extended.notNull: .notNull
            default: .other
            }
        let name = message.firstIndex(of: ":").map { message[$0...].dropFirst(2) }
        self.init(kind: kind, name: name.map { String($0) } ?? "")
    }
}

/// Extended result codes, whose C macros Swift does not see.
private enum Extended {
    static let fsync = SQLITE_IOERR | (4 << 8)
    static let directoryFsync = SQLITE_IOERR | (5 << 8)
    static let check = SQLITE_CONSTRAINT | (1 << 8)
    static let foreignKey = SQLITE_CONSTRAINT | (3 << 8)
    static let notNull = SQLITE_CONSTRAINT | (5 << 8)
    static let primaryKey = SQLITE_CONSTRAINT | (6 << 8)
    static let unique = SQLITE_CONSTRAINT | (8 << 8)
    static let rowid = SQLITE_CONSTRAINT | (10 << 8)
}
