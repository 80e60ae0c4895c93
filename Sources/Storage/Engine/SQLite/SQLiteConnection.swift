internal import CSQLite

final class SQLiteConnection: DatabaseConnection {
    private let handle: SQLiteHandle
    private let checkpointPages: Int
    /// Pages in the log after the last commit, written by SQLite.
    private let logPages: UnsafeMutablePointer<Int32>
    private var control: [String: SQLiteStatement] = [:]

    init(_ handle: SQLiteHandle, checkpointPages: Int) {
        self.handle = handle
        self.checkpointPages = checkpointPages
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
        // Takes the place of SQLite's own checkpoint, which would delay the answers and swallow a failed sync.
        let noteLogPages: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 =
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }
        sqlite3_wal_hook(handle.pointer, noteLogPages, logPages)
    }

    deinit {
        sqlite3_wal_hook(handle.pointer, nil, nil)
        logPages.deallocate()
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle.pointer) == 0 }

    func prepare(_ sql: String) throws(StorageError) -> any DatabaseStatement {
        try SQLiteStatement(handle, sql)
    }

    func begin(_ role: ConnectionRole) throws(StorageError) {
        try perform(role == .writer ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED")
    }

    func commit() throws(StorageError) {
        do { try perform("COMMIT") } catch {
            switch error.code {
            // The log lacks the frame that would make the transaction count.
            case .locked, .full, .constraint, .misuse, .readOnly: throw error
            // The frame may have reached the log, and a recovery would then honour it.
            default: throw error.with(kind: .indeterminate)
            }
        }
    }

    func rollback() throws(StorageError) { try perform("ROLLBACK") }
    func savepoint() throws(StorageError) { try perform("SAVEPOINT closure") }
    func releaseSavepoint() throws(StorageError) { try perform("RELEASE closure") }

    func rollbackToSavepoint() throws(StorageError) {
        try perform("ROLLBACK TO closure")
        try perform("RELEASE closure")
    }

    /// Copies the log into the database when it has grown long. Another connection in the way is no failure: the log
    /// keeps everything, and the next commit tries again.
    func maintain() throws(StorageError) {
        guard Int(logPages.pointee) >= checkpointPages else { return }
        let code = sqlite3_wal_checkpoint_v2(handle.pointer, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard code != SQLITE_OK, code & 0xff != SQLITE_BUSY else { return }
        throw noted(StorageError(sqlite: code, of: handle.pointer, during: "checkpoint"))
    }

    func close() {
        if isInTransaction { sqlite3_exec(handle.pointer, "ROLLBACK", nil, nil, nil) }
        control = [:]
    }

    private func perform(_ sql: String) throws(StorageError) {
        let statement: SQLiteStatement
        if let known = control[sql] {
            statement = known
        } else {
            statement = try SQLiteStatement(handle, sql)
            control[sql] = statement
        }
        defer { statement.reset() }
        do { _ = try statement.step() } catch { throw noted(error) }
    }

    private func noted(_ error: StorageError) -> StorageError {
        if error.code == .syncFailed { _ = csqlite_skip_checkpoint_on_close(handle.pointer) }
        return error
    }
}

// What is done once, when a file is opened.
extension SQLiteConnection {
    /// "Burs": makes `file` say whose the database is.
    private static let applicationID: Int64 = 0x4275_7273
    /// Raised when an older Bursar could no longer make sense of the file as a whole.
    private static let fileFormat: Int64 = 1

    /// Looks before anything is changed.
    func checkThatFileIsOurs() throws(StorageError) {
        let owner = try integer("PRAGMA application_id")
        if owner == Self.applicationID {
            guard try integer("PRAGMA user_version") <= Self.fileFormat else {
                throw StorageError(.newer, detail: "this Bursar reads format \(Self.fileFormat)")
            }
            return
        }
        let tables = try integer("SELECT COUNT(*) FROM sqlite_schema")
        guard owner == 0, tables == 0 else {
            throw StorageError(.notOurs, detail: "application_id is \(owner)")
        }
    }

    func markFileAsOurs() throws(StorageError) {
        guard try integer("PRAGMA application_id") != Self.applicationID else { return }
        try begin(.writer)
        try checkThatFileIsOurs()
        try run("PRAGMA application_id = \(Self.applicationID)")
        try run("PRAGMA user_version = \(Self.fileFormat)")
        try commit()
    }

    /// Several processes can do so at once on a new file, and SQLite then does not wait by itself.
    func turnOnWriteAheadLog(busyTimeout: Duration) throws(StorageError) {
        let pauseMilliseconds: Int32 = 10
        var attemptsLeft = busyTimeout.wholeMilliseconds / Int64(pauseMilliseconds)
        while true {
            do {
                try run("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error.code == .locked, attemptsLeft > 0 else { throw error }
                attemptsLeft -= 1
                sqlite3_sleep(pauseMilliseconds)
            }
        }
    }

    func run(_ sql: String) throws(StorageError) {
        let statement = try SQLiteStatement(handle, sql)
        while try statement.step() {}
    }

    private func integer(_ sql: String) throws(StorageError) -> Int64 {
        let statement = try SQLiteStatement(handle, sql)
        guard try statement.step() else { return 0 }
        return try statement.row().int64(at: 0)
    }
}
