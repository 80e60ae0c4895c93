internal import CSQLite

/// An open `sqlite3 *`, closed with its last owner.
///
/// Sendable because SQLite opened with NOMUTEX may move from thread to thread as long as only one uses it at a time,
/// which is what `DatabaseConnection` asks of its users.
final class SQLiteHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(path: String, busyTimeout: Duration) throws(StorageError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = StorageError(sqlite: code, of: opened, during: "open \(path)")
            sqlite3_close_v2(opened)
            throw error
        }
        pointer = opened
        sqlite3_busy_timeout(opened, Int32(clamping: busyTimeout.wholeMilliseconds))
    }

    deinit { sqlite3_close_v2(pointer) }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
