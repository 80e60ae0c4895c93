import Testing

@testable import Storage

/// A statement about many rows does to each what one of its own would do.
@Suite struct ManyRowsTests {
    private static let insertion = ManyRows(width: 2) { "INSERT INTO entry (id, name) VALUES \($0)" }
    private static let question = ManyRows(fixed: 1, width: 1, row: { $0[0] }) {
        "SELECT id FROM entry WHERE id <> $1 AND id IN (\($0))"
    }

    private func database() async throws -> Database {
        let database = try Database.open(.memory)
        try await database.write { try $0.execute("CREATE TABLE entry (id BIGINT PRIMARY KEY, name TEXT NOT NULL)") }
        return database
    }

    @Test(arguments: [0, 1, 2, 3, 5, 15, 16, 17, 63, 64, 65, 200, 333])
    func `every row is written once, and each that is asked for is found`(count: Int) async throws {
        let database = try await database()
        let rows = (0..<count).flatMap { [SQLValue.integer(Int64($0)), .text("row \($0)")] }
        #expect(try await database.write { tx in try tx.execute(Self.insertion, rows: rows) } == count)
        let found = try await database.read { tx in
            var found: [Int64] = []
            let asked = (-5..<Int64(count) + 5).map { SQLValue.integer($0) }
            try tx.forEach(Self.question, [.integer(-1)], rows: asked) { row in found.append(try row.int64(at: 0)) }
            return found
        }
        #expect(found.sorted() == (0..<count).map(Int64.init))
    }

    @Test func `values that make no whole rows are refused`() async throws {
        let database = try await database()
        await #expect(throws: StorageError.self) {
            try await database.write { tx in try tx.execute(Self.insertion, rows: [.integer(1)]) }
        }
    }
}
