import Storage
import Testing

@Suite struct SmokeTests {
    @Test func `works`() async throws {
        for options in [Database.Options(), .inline] {
        let database = try Database.open(.memory, options: options)
        try await database.migrate([Migration(number: 1, name: "a", statements: ["CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT, c BYTEA)"])])
        let n = try await database.write { tx in try tx.execute("INSERT INTO t VALUES ($1, $2, $3)", 1, "x", [UInt8](repeating: 1, count: 3)) }
        #expect(n == 1)
        let row = try #require(try await database.read { try $0.first("SELECT * FROM t WHERE a = $1", 1) })
        #expect(try row.bytes("c") == [1, 1, 1])
        await database.close()
        }
    }
}
