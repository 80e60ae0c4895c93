import Storage
import Testing

@Suite struct MemoryCopyTests {
    private static let schema = [
        "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT NOT NULL)", "INSERT INTO notes VALUES (1, 'first')",
    ]

    @Test func `a copy in memory holds what the other held, is migrated as it was, and goes its own way`() async throws
    {
        let migrations = [Migration(number: 1, name: "notes", statements: Self.schema)]
        let original = try SQLiteMemoryEngine()
        let first = try Database.open(original, options: .inline)
        try await first.migrate(migrations)
        let second = try Database.open(try SQLiteMemoryEngine(copying: original), options: .inline)
        // Made anew, the table would be there already.
        try await second.migrate(migrations)
        try await second.write { tx in try tx.execute("INSERT INTO notes VALUES (2, 'of the copy')") }
        try await first.write { tx in try tx.execute("DELETE FROM notes") }
        #expect(try await first.integer("SELECT COUNT(*) FROM notes") == 0)
        #expect(try await second.integer("SELECT COUNT(*) FROM notes") == 2)
        await first.close()
        await second.close()
    }

    @Test func `a copy keeps the rules`() async throws {
        let copy = try Database.open(try SQLiteMemoryEngine(copying: SQLiteMemoryEngine()), options: .inline)
        #expect(try await copy.integer("SELECT foreign_keys FROM pragma_foreign_keys") == 1)
        await copy.close()
    }
}
