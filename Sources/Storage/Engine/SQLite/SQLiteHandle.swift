internal import CSQLite

/// An open `sqlite3 *`, closed with its last owner.
///
/// Sendable because SQLite opened with NOMUTEX may move from thread to thread as long as only one uses it at a time,
/// which is what `DatabaseConnection` asks of its users.
final class SQLiteHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Refused where SQLite is in use already, and then merely not as fast.
    private static let uncounted = csqlite_stop_counting_memory()

    init(path: String, busyTimeout: Duration) throws(StorageError) {
        _ = Self.uncounted
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = StorageError(sqlite: code, of: opened, during: "open \(path)")
            sqlite3_close_v2(opened)
            throw error
        }
        pointer = opened
        // Refused only by a SQLite older than 3.20, where a statement is then merely slower.
        _ = csqlite_keep_plans(opened)
        wait(atMost: busyTimeout)
    }

    /// How long a call waits for another connection's lock from now on. It asks every millisecond: SQLite's own pauses
    /// grow to 100 ms, in which a busy neighbour can take the lock again and again.
    func wait(atMost timeout: Duration) {
        let askAgain: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = { limit, attempts in
            guard Int(attempts) < Int(bitPattern: limit) else { return 0 }
            sqlite3_sleep(1)
            return 1
        }
        sqlite3_busy_handler(pointer, askAgain, UnsafeMutableRawPointer(bitPattern: Int(timeout.wholeMilliseconds)))
    }

    /// Replaces what it holds by what another holds, page by page.
    func fill(from other: SQLiteHandle) throws(StorageError) {
        let copying = sqlite3_backup_init(pointer, "main", other.pointer, "main")
        sqlite3_backup_step(copying, -1)
        let code = copying == nil ? sqlite3_errcode(pointer) : sqlite3_backup_finish(copying)
        guard code == SQLITE_OK else { throw StorageError(sqlite: code, of: pointer, during: "copy") }
    }

    deinit { sqlite3_close_v2(pointer) }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
