internal import CSQLite

final class SQLiteConnection: DatabaseConnection {
    private let handle: SQLiteHandle
    private let busyTimeout: Duration
    private let checkpointPages: Int
    /// The length of the log at which a moment without readers is waited for.
    private var restartPages: Int
    private static let restartFactor = 16
    /// Large commits write many pages again and again; the log is copied once for so many of them.
    private static let commitsPerCheckpoint = 3
    private static let pageBytes = 4_096
    private static let restartPatience: Duration = .milliseconds(50)
    /// Pages in the log after the last commit, written by SQLite.
    private let logPages: UnsafeMutablePointer<Int32>
    private var logPagesBefore = 0
    private var control: [String: SQLiteStatement] = [:]

    init(_ handle: SQLiteHandle, _ options: SQLiteEngine.Options) {
        self.handle = handle
        busyTimeout = options.busyTimeout
        checkpointPages = options.checkpointPages
        restartPages = Self.restartFactor * options.checkpointPages
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
        // Takes the place of SQLite's own checkpoint, which would delay the answers and swallow a failed sync.
        sqlite3_wal_hook(
            handle.pointer,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, logPages)
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
    ///
    /// The log starts anew only in a moment without readers. Where they leave none, it is waited for, briefly, each
    /// time that the log has doubled: a read that lasts for minutes then costs the writer a few pauses and not one a
    /// commit.
    func maintain() throws(StorageError) {
        let pages = Int(logPages.pointee)
        let added = pages >= logPagesBefore ? pages - logPagesBefore : pages
        logPagesBefore = pages
        guard pages >= max(checkpointPages, Self.commitsPerCheckpoint * added) else { return }
        guard pages >= restartPages else {
            try checkpoint(SQLITE_CHECKPOINT_PASSIVE)
            return
        }
        handle.wait(atMost: Self.restartPatience)
        defer { handle.wait(atMost: busyTimeout) }
        let isRestarted = try checkpoint(SQLITE_CHECKPOINT_RESTART)
        restartPages = isRestarted ? Self.restartFactor * checkpointPages : 2 * pages
    }

    /// - Returns: whether nobody was in the way.
    @discardableResult
    private func checkpoint(_ mode: Int32) throws(StorageError) -> Bool {
        let code = sqlite3_wal_checkpoint_v2(handle.pointer, nil, mode, nil, nil)
        guard code != SQLITE_OK else { return true }
        guard code & 0xff == SQLITE_BUSY else {
            throw StorageError(sqlite: code, of: handle.pointer, during: "checkpoint")
        }
        return false
    }

    /// SQLite copies the log into the database when the last connection closes.
    func close(isSound: Bool) {
        if !isSound { _ = csqlite_skip_checkpoint_on_close(handle.pointer) }
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
        _ = try statement.step()
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

    /// Several processes can do so at once on a new file, and SQLite then does not always wait by itself.
    func turnOnWriteAheadLog() throws(StorageError) {
        handle.wait(atMost: .zero)
        defer { handle.wait(atMost: busyTimeout) }
        var attemptsLeft = busyTimeout.wholeMilliseconds
        while true {
            do {
                try run("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error.code == .locked, attemptsLeft > 0 else { throw error }
                attemptsLeft -= 1
                sqlite3_sleep(1)
            }
        }
    }

    /// Copies what earlier processes left in the log into the database, so that the log starts anew: where a sync had
    /// failed it may have a gap on disk that memory hides, and nothing is to be written behind that.
    func settleLog() throws(StorageError) {
        do { try checkpoint(SQLITE_CHECKPOINT_PASSIVE) } catch {
            // A disk without room, for one: the log keeps everything, and is copied when there is some again.
            guard error.code != .syncFailed else { throw error }
        }
    }

    /// A log that grew long, behind a read that lasted, gives its room back when it starts anew.
    func limitLogFile() throws(StorageError) {
        try run("PRAGMA journal_size_limit = \(Self.restartFactor * checkpointPages * Self.pageBytes)")
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
