import CSQLite
import Foundation
import Storage
import Testing

/// What is particular to a SQLite file, and to the disk under it.
@Suite struct SQLiteFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("bursar.db")
    }

    private static let table = Migration(
        number: 1, name: "test", statements: ["CREATE TABLE item (id BIGINT PRIMARY KEY, data BYTEA)"])
    private static let insert = "INSERT INTO item (id, data) VALUES ($1, $2)"
    private static let page = [UInt8](repeating: 7, count: 4_000)

    private func permissions(_ suffix: String = "") throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    private func openedDatabase(busyTimeout: Duration = .seconds(5)) async throws -> Database {
        var options = SQLiteEngine.Options()
        options.busyTimeout = busyTimeout
        let database = try Database.open(SQLiteEngine(path: path, options: options))
        try await database.migrate([Self.table])
        return database
    }

    @Test func `only its owner may read a new file, its log and its index`() async throws {
        let database = try await openedDatabase()
        for suffix in ["", "-wal", "-shm"] { #expect(try permissions(suffix) == 0o600) }
        await database.close()
    }

    @Test func `an existing file that others may read is closed to them`() async throws {
        await (try await openedDatabase()).close()
        #expect(chmod(path, 0o664) == 0)
        let database = try await openedDatabase()
        for suffix in ["", "-wal", "-shm"] { #expect(try permissions(suffix) == 0o600) }
        await database.close()
    }

    @Test func `a commit is synced, and rules are enforced`() async throws {
        let database = try await openedDatabase()
        let settings = try await database.write { transaction in
            try ["journal_mode", "synchronous", "foreign_keys", "temp_store", "trusted_schema"].map { name in
                try transaction.first("PRAGMA \(name)")?.value(at: 0)
            }
        }
        #expect(settings == [.text("wal"), .integer(2), .integer(1), .integer(2), .integer(0)])
        await database.close()
    }

    @Test func `a statement keeps its plan, whatever is bound to it`() async throws {
        let database = try await openedDatabase()
        let plan = try await database.write { transaction in
            try transaction.execute("CREATE INDEX odd_items ON item (id) WHERE data = 'odd'")
            let rows = try transaction.query("EXPLAIN QUERY PLAN SELECT id FROM item WHERE data = $1", "odd")
            return try rows.map { try $0.text("detail") }
        }
        #expect(plan == ["SCAN item"])
        await database.close()
    }

    @Test func `a file of another program is refused and left alone`() throws {
        let other = try RawDatabase(path)
        try other.run("CREATE TABLE theirs (id INTEGER)")
        other.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: StorageError(.notOurs, detail: "application_id is 0")) {
            try Database.open(.sqlite(path: path))
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func `a file that is no database is refused and left alone`() async throws {
        let text = Data(String(repeating: "not a database ", count: 1_000).utf8)
        try text.write(to: URL(filePath: path))
        let error = await storageError { try Database.open(.sqlite(path: path)) }
        #expect(error?.code == .notOurs)
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }

    @Test func `a file of a newer format is refused`() async throws {
        await (try await openedDatabase()).close()
        let raw = try RawDatabase(path)
        try raw.run("PRAGMA user_version = 999")
        raw.close()
        let error = await storageError { try Database.open(.sqlite(path: path)) }
        #expect(error?.code == .newer)
    }

    @Test(arguments: ["missing/bursar.db", "."])
    func `a path that cannot be a file says so`(name: String) async throws {
        let error = await storageError { try Database.open(.sqlite(path: folder.path(name))) }
        #expect(error?.code == .cannotOpen)
        #expect(error?.detail?.contains(folder.path(name)) == true)
    }

    @Test func `two databases on one file write in parallel and lose nothing`() async throws {
        let databases = [try await openedDatabase(), try await openedDatabase()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    _ = try await databases[number % 2].write { try $0.execute(Self.insert, number, [UInt8]()) }
                }
            }
            try await group.waitForAll()
        }
        for database in databases {
            let count = try await database.integer("SELECT COUNT(*) FROM item")
            #expect(count == 400)
            await database.close()
        }
    }

    @Test func `a database locked by another is refused within the busy timeout, and recovers`() async throws {
        let database = try await openedDatabase(busyTimeout: .milliseconds(30))
        let other = try RawDatabase(path)
        try other.run("BEGIN IMMEDIATE")
        let error = await storageError { try await database.write { try $0.execute(Self.insert, 1, Self.page) } }
        #expect(error?.code == .locked)
        #expect(error?.kind == .unavailable)
        let seen = try await database.integer("SELECT COUNT(*) FROM item")
        #expect(seen == 0)
        try other.run("ROLLBACK")
        try await database.write { try $0.execute(Self.insert, 1, Self.page) }
        let count = try await database.integer("SELECT COUNT(*) FROM item")
        #expect(count == 1)
        other.close()
        await database.close()
    }

    @Test func `a full disk keeps whole closures only, and room brings it back`() async throws {
        let database = try await openedDatabase()
        try await database.write { _ = try $0.first("PRAGMA max_page_count = 40") }
        var kept = 0
        var failure: StorageError?
        while failure == nil {
            let id = kept * 2
            let outcome = await Result {
                try await database.write { transaction in
                    try transaction.execute(Self.insert, id, Self.page)
                    try transaction.execute(Self.insert, id + 1, Self.page)
                }
            }
            failure = outcome.storageError
            if failure == nil { kept += 1 }
        }
        #expect(failure?.code == .full)
        #expect(failure?.kind == .unavailable)
        #expect(kept > 5)
        let whole = try await database.integer("SELECT COUNT(*) FROM item")
        #expect(whole == Int64(kept) * 2)

        try await database.write { _ = try $0.first("PRAGMA max_page_count = 1000") }
        try await database.write { try $0.execute(Self.insert, -1, Self.page) }
        let after = try await database.integer("SELECT COUNT(*) FROM item")
        #expect(after == Int64(kept) * 2 + 1)
        await database.close()
    }

    @Test func `the log does not grow without bound`() async throws {
        let database = try await openedDatabase()
        for id in 0..<2_000 { try await database.write { try $0.execute(Self.insert, id, Self.page) } }
        #expect(try logBytes() < 300 * 4_120)
        await database.close()
    }

    @Test func `a log that grew behind a long read gives its room back`() async throws {
        let database = try await openedDatabase()
        let (started, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let reader = Task {
            try await database.read { transaction in
                _ = try transaction.first("SELECT COUNT(*) FROM item")
                started.signal()
                gate.wait()
            }
        }
        await Task.detached { Self.wait(for: started) }.value
        for round in 0..<12 {
            try await database.write { transaction in
                for id in 0..<500 { try transaction.execute(Self.insert, round * 500 + id, Self.page) }
            }
        }
        let limit = 16 * 250 * 4_096
        #expect(try logBytes() > limit)
        gate.signal()
        try await reader.value
        for id in 0..<3 { try await database.write { try $0.execute(Self.insert, -1 - id, Self.page) } }
        #expect(try logBytes() <= limit)
        await database.close()
    }

    private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }

    private func logBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
        return try #require(attributes[.size] as? NSNumber).intValue
    }

    @Test func `a closed database leaves one file, which another can open`() async throws {
        await (try await openedDatabase()).close()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        await (try await openedDatabase()).close()
    }

    @Test func `after a failed sync nothing of the log goes into the database, whoever closes last`() async throws {
        await (try await openedDatabase()).close()
        let faulty = FaultyEngine(SQLiteEngine(path: path)) { call, _ in
            call == .maintain ? .fails(StorageError(.syncFailed)) : nil
        }
        let database = try Database.open(faulty)
        try await database.write { try $0.execute(Self.insert, 1, Self.page) }
        #expect(try await database.integer("SELECT COUNT(*) FROM item") == 1)
        #expect(database.failure?.code == .syncFailed)
        let before = try Data(contentsOf: URL(filePath: path))
        await database.close()
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try logBytes() > 0)
    }

    @Test func `what a dead process left in the log is in the database as soon as it is opened anew`() async throws {
        let dead = try await openedDatabase()
        try await dead.write { try $0.execute(Self.insert, 1, Self.page) }
        let (left, alone) = (folder.path("left.db"), folder.path("alone.db"))
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: left + suffix) }
        await dead.close()
        let database = try Database.open(.sqlite(path: left))
        try FileManager.default.copyItem(atPath: left, toPath: alone)
        await database.close()
        let copy = try Database.open(.sqlite(path: alone))
        #expect(try await copy.integer("SELECT COUNT(*) FROM item") == 1)
        await copy.close()
    }

    @Test func `a setting names a file or memory`() throws {
        #expect(try DatabaseLocation("sqlite:/var/lib/bursar.db") == .sqlite(path: "/var/lib/bursar.db"))
        #expect(try DatabaseLocation("bursar.db") == .sqlite(path: "bursar.db"))
        #expect(try DatabaseLocation("sqlite::memory:") == .memory)
        for wrong in ["", "sqlite:", "postgres://host/db", "postgresql://host/db"] {
            #expect(throws: StorageError.self) { try DatabaseLocation(wrong) }
        }
    }
}

/// Another program at the same file.
private final class RawDatabase {
    private var pointer: OpaquePointer?

    init(_ path: String) throws {
        try #require(sqlite3_open(path, &pointer) == SQLITE_OK)
        sqlite3_busy_timeout(pointer, 5_000)
    }

    func run(_ sql: String) throws {
        try #require(sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
    }

    func close() {
        sqlite3_close(pointer)
        pointer = nil
    }

    deinit { sqlite3_close(pointer) }
}
