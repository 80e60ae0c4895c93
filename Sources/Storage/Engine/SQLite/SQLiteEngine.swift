internal import CSQLite

/// SQLite in one file, shared by any number of connections and processes of this machine.
///
/// Durability: write-ahead log with `synchronous=FULL`: a commit that returned has been synced.
public struct SQLiteEngine: DatabaseEngine {
    public struct Options: Sendable {
        /// How long a connection waits for another process before it gives up with `.locked`.
        public var busyTimeout: Duration = .seconds(5)
        /// The log is copied into the database when it has grown to this many pages of 4 KiB. A small figure keeps the
        /// slowest commits fast; SQLite's own 1,000 tripled the 99th percentile.
        public var checkpointPages: Int = 250
        /// Pages that each connection may keep in memory.
        public var cacheKibibytes: Int = 8_192

        public init() {}
    }

    public let path: String
    public let options: Options

    public init(path: String, options: Options = Options()) {
        self.path = path
        self.options = options
    }

    public var hasOneConnection: Bool { false }

    public func open(_ role: ConnectionRole) throws(StorageError) -> any DatabaseConnection {
        let handle = try DatabaseFile(path: path).withPrivateMode { () throws(StorageError) in
            try SQLiteHandle(path: path, busyTimeout: options.busyTimeout)
        }
        let connection = SQLiteConnection(handle, options)
        try connection.checkThatFileIsOurs()
        try connection.turnOnWriteAheadLog()
        try connection.limitLogFile()
        try connection.run("PRAGMA synchronous = FULL")
        try connection.run("PRAGMA cache_size = -\(options.cacheKibibytes)")
        try connection.configure()
        if role == .writer {
            try connection.markFileAsOurs()
            try connection.settleLog()
        }
        if role == .reader { try connection.run("PRAGMA query_only = ON") }
        return connection
    }
}

/// SQLite in memory, for tests and simulations: what it holds lives as long as this value, so that a database opened on
/// it anew finds what an earlier one committed, as after a crash.
public final class SQLiteMemoryEngine: DatabaseEngine {
    private let handle: SQLiteHandle

    public init() throws(StorageError) {
        handle = try SQLiteHandle(path: ":memory:", busyTimeout: .zero)
        try SQLiteConnection(handle, SQLiteEngine.Options()).configure()
    }

    /// Holds what another holds now; from then on each goes its own way. Nobody may use the other meanwhile.
    public convenience init(copying other: SQLiteMemoryEngine) throws(StorageError) {
        try self.init()
        try handle.fill(from: other.handle)
    }

    public var hasOneConnection: Bool { true }

    public func open(_ role: ConnectionRole) throws(StorageError) -> any DatabaseConnection {
        SQLiteConnection(handle, SQLiteEngine.Options())
    }
}

extension SQLiteConnection {
    /// Settings that hold for a file and for memory alike.
    func configure() throws(StorageError) {
        try run("PRAGMA foreign_keys = ON")
        try run("PRAGMA temp_store = MEMORY")
        try run("PRAGMA trusted_schema = OFF")
    }
}
