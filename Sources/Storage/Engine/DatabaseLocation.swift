/// Where a database is, as an operator writes it in a setting.
public enum DatabaseLocation: Sendable, Hashable {
    case sqlite(path: String)
    /// Nothing outlives the process.
    case memory

    /// - Parameter setting: `sqlite:PATH`, or just a path; `sqlite::memory:` for one in memory.
    public init(_ setting: String) throws(StorageError) {
        let path = setting.hasPrefix("sqlite:") ? String(setting.dropFirst("sqlite:".count)) : setting
        guard !path.isEmpty else {
            throw StorageError(.cannotOpen, detail: "the path of the database is empty")
        }
        if setting.hasPrefix("postgres:") || setting.hasPrefix("postgresql:") {
            throw StorageError(.cannotOpen, detail: "PostgreSQL is not built into this release; use sqlite:PATH")
        }
        self = path == ":memory:" ? .memory : .sqlite(path: path)
    }

    public func engine() throws(StorageError) -> any DatabaseEngine {
        switch self {
        case .sqlite(let path): SQLiteEngine(path: path)
        case .memory: try SQLiteMemoryEngine()
        }
    }
}
