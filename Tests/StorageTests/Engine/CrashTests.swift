import Foundation
import Storage
import Testing

/// What is left when a process dies: at a call through the seam, and for real.
@Suite struct CrashTests {
    static let schema = Migration(
        number: 1, name: "test",
        statements: [
            "CREATE TABLE left_half (id BIGINT PRIMARY KEY, data BYTEA)",
            "CREATE TABLE right_half (id BIGINT PRIMARY KEY, data BYTEA)",
        ])
    private static let orphans = """
        SELECT (SELECT COUNT(*) FROM left_half WHERE id NOT IN (SELECT id FROM right_half))
             + (SELECT COUNT(*) FROM right_half WHERE id NOT IN (SELECT id FROM left_half))
        """

    /// Writes both halves of a pair, however often it is asked to.
    static func write(_ id: Int, to database: Database) async throws {
        try await database.write { transaction in
            let data = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 1_500)
            for table in ["left_half", "right_half"] {
                try transaction.execute(
                    "INSERT INTO \(table) (id, data) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", id, data)
            }
        }
    }

    @Test(arguments: Fault.Moment.allCases)
    func `whatever call a process dies at, what it acknowledged is there`(moment: Fault.Moment) async throws {
        let calls = try await Self.live(untilCall: nil, moment)
        #expect(calls > 30)
        for call in 0..<calls { _ = try await Self.live(untilCall: call, moment) }
    }

    private static func live(untilCall last: Int?, _ moment: Fault.Moment) async throws -> Int {
        let folder = try TemporaryFolder()
        let file = SQLiteEngine(path: folder.path("test.db"))
        let engine = FaultyEngine(file) { _, number in number == last ? .crashes(moment) : nil }
        var acknowledged: [Int] = []
        do {
            let database = try Database.open(engine, options: .inline)
            try await database.migrate([schema])
            for id in 0..<5 {
                try await write(id, to: database)
                acknowledged.append(id)
            }
        } catch let error as StorageError {
            #expect(error.code == .crashed)
        }
        let calls = engine.calls
        engine.restart()

        let database = try Database.open(engine, options: .inline)
        try await database.migrate([schema])
        #expect(try await database.integer(orphans) == 0)
        let found = try await database.read { try $0.query("SELECT id FROM left_half").map { try $0.int("id") } }
        #expect(Set(found).isSuperset(of: acknowledged))
        for id in 0..<5 { try await write(id, to: database) }
        #expect(try await database.integer("SELECT COUNT(*) FROM right_half") == 5)
        await database.close()
        return calls
    }

    @Test(arguments: [1, 7, 40, 150, 400])
    func `a process killed under load keeps what it acknowledged`(acknowledgements: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("killed.db")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, acknowledgements] in
            try await Self.writeUntilKilled(path, after: acknowledgements)
        }
        let log = try String(contentsOf: URL(filePath: path + ".acknowledged"), encoding: .utf8)
        let acknowledged = log.split(separator: "\n").compactMap { Int($0) }
        #expect(acknowledged.count >= acknowledgements)

        let database = try Database.open(.sqlite(path: path))
        let found = try await database.read { try $0.query("SELECT id FROM left_half").map { try $0.int("id") } }
        #expect(Set(found).isSuperset(of: acknowledged))
        #expect(try await database.integer(Self.orphans) == 0)
        let sound = try await database.read { try $0.first("PRAGMA integrity_check")?.text(at: 0) }
        #expect(sound == "ok")
        try await Self.write(1_000_000, to: database)
        await database.close()
    }

    /// Sixteen tasks write; each acknowledgement is handed to the operating system before the next write begins.
    private static func writeUntilKilled(_ path: String, after acknowledgements: Int) async throws {
        let database = try Database.open(.sqlite(path: path))
        try await database.migrate([schema])
        let log = open(path + ".acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let total = Acknowledgements()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for number in 0..<10_000 {
                        let id = number * 16 + task
                        try await write(id, to: database)
                        let line = Array("\(id)\n".utf8)
                        guard Foundation.write(log, line, line.count) == line.count else { return }
                        if await total.add() == acknowledgements { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private actor Acknowledgements {
        private var count = 0

        func add() -> Int {
            count += 1
            return count
        }
    }
}
