import Storage
import Testing

/// What a statement does, on every engine.
@Suite struct StatementConformanceTests {
    static let table = ["CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT, data BYTEA, flag INTEGER)"]
    static let insert = "INSERT INTO item (id, name, data, flag) VALUES ($1, $2, $3, $4)"

    @Test(arguments: EngineUnderTest.all)
    func `every value comes back as it went in`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let texts = ["", "a", "zero\u{0}inside", "日本語 🧾", String(repeating: "x", count: 100_000)]
            let blobs: [[UInt8]] = [[], [0], [0, 255, 0], Array(repeating: 7, count: 100_000), Array("12".utf8)]
            let integers: [Int64] = [0, .min, .max, -1, 1]
            for index in texts.indices {
                let (id, text, blob) = (integers[index], texts[index], blobs[index])
                try await database.write { try $0.execute(Self.insert, id, text, blob, index % 2 == 0) }
                let found = try await database.read { try $0.first("SELECT * FROM item WHERE id = $1", id) }
                let row = try #require(found)
                #expect(row.columnNames == ["id", "name", "data", "flag"])
                #expect(try row.int64("id") == id && row.int64(at: 0) == id)
                #expect(try row.text("name") == text && row.textOrNil(at: 1) == text)
                #expect(try row.bytes("data") == blob && row.bytesOrNil(at: 2) == blob)
                #expect(try row.bool("flag") == (index % 2 == 0))
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `null is none of the values`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let row = try await database.write { transaction in
                try transaction.execute(Self.insert, 1, String?.none, [UInt8]?.none, SQLValue.null)
                return try transaction.first("SELECT * FROM item WHERE name IS NULL AND data IS NULL")
            }
            let found = try #require(row)
            #expect(try found.textOrNil("name") == nil)
            #expect(try found.bytesOrNil("data") == nil)
            #expect(try found.int64OrNil("flag") == nil && found.boolOrNil("flag") == nil)
            #expect(throws: StorageError.self) { try found.text("name") }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a parameter used twice is bound once, and in any order`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let row = try await database.write { transaction in
                try transaction.first(
                    "INSERT INTO item (flag, id, name) VALUES ($2, $1, $3) RETURNING $3 || $3 AS twice, id, flag",
                    10, 20, "ab")
            }
            #expect(try row?.text("twice") == "abab")
            #expect(try row?.int64("id") == 10)
            #expect(try row?.int64("flag") == 20)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a statement says how many rows it changed`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let changed = try await database.write { transaction in
                [
                    try transaction.execute("INSERT INTO item (id) VALUES (1), (2), (3)"),
                    try transaction.execute("UPDATE item SET flag = $1", 0),
                    try transaction.execute("UPDATE item SET flag = 1 WHERE id > 1000"),
                    try transaction.execute("CREATE TABLE other (id BIGINT PRIMARY KEY)"),
                    try transaction.execute("INSERT INTO item (id) VALUES (1) ON CONFLICT (id) DO NOTHING"),
                    try transaction.execute("SELECT * FROM item"),
                    try transaction.execute("DELETE FROM item WHERE id <> $1", 2),
                ]
            }
            #expect(changed == [3, 3, 0, 0, 0, 0, 2])
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `first runs a changing statement to its end`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            try await database.write { transaction in
                for id in 1...5 { try transaction.execute(Self.insert, id, "n", [UInt8](), 0) }
                _ = try transaction.first("UPDATE item SET flag = 1 RETURNING id")
            }
            #expect(try await database.integer("SELECT COUNT(*) FROM item WHERE flag = 1") == 5)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a statement can be used inside a loop over itself`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let pairs = try await database.write { transaction in
                for id in 1...3 { try transaction.execute(Self.insert, id, "n", [UInt8](), 0) }
                var pairs: [Int64] = []
                let sql = "SELECT id FROM item ORDER BY id"
                try transaction.forEach(sql) { outer in
                    try transaction.forEach(sql) { inner in
                        pairs.append(try outer.int64(at: 0) * 10 + inner.int64(at: 0))
                    }
                }
                return pairs
            }
            #expect(pairs == [11, 12, 13, 21, 22, 23, 31, 32, 33])
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a loop that is left early leaves the statement usable`(engine: EngineUnderTest) async throws {
        struct Enough: Error {}
        try await engine.withDatabase(Self.table) { database in
            let seen = try await database.write { transaction in
                for id in 1...3 { try transaction.execute(Self.insert, id, "n", [UInt8](), 0) }
                let sql = "SELECT id FROM item ORDER BY id"
                #expect(throws: Enough.self) { try transaction.forEach(sql) { _ in throw Enough() } }
                return try transaction.query(sql).count
            }
            #expect(seen == 3)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `more statements than the cache holds still work`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let sum = try await database.read { transaction in
                var sum: Int64 = 0
                for round in 0..<2 {
                    for number in 0..<600 {
                        sum += try transaction.first("SELECT \(number) + $1 AS n", round)?.int64("n") ?? 0
                    }
                }
                return sum
            }
            #expect(sum == 2 * (0..<600).reduce(0, +) + 600)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a cached statement sees columns that were added since`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let names = try await database.write { transaction in
                try transaction.execute("INSERT INTO item (id) VALUES (1)")
                _ = try transaction.first("SELECT * FROM item")
                try transaction.execute("ALTER TABLE item ADD COLUMN late TEXT")
                return try transaction.first("SELECT * FROM item")?.columnNames
            }
            #expect(names == ["id", "name", "data", "flag", "late"])
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `wrong use is a misuse, not a surprise`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.table) { database in
            let wrong: [@Sendable (Transaction) throws -> Void] = [
                { try $0.execute("SELEKT 1") },
                { try $0.execute("") },
                { _ = try $0.first("SELECT $1 AS a") },
                { _ = try $0.first("SELECT $1 AS a", 1, 2) },
                { _ = try $0.first("SELECT $2 AS a", 1) },
                { _ = try $0.first("SELECT ? AS a", 1) },
                { _ = try $0.first("SELECT 1.5 AS a") },
                { _ = try $0.first("SELECT 1 AS a")?.int64("b") },
                { _ = try $0.first("SELECT 1 AS a")?.int64(at: 1) },
            ]
            for body in wrong {
                let error = await storageError { try await database.write(body) }
                #expect(error?.code == .misuse)
                #expect(error?.kind == .rejected)
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a value of another type is not converted`(engine: EngineUnderTest) async throws {
        enum Colour: String { case red }
        try await engine.withDatabase(Self.table) { database in
            let found = try await database.write { transaction in
                try transaction.execute(Self.insert, 1, "blue", [UInt8](), 0)
                return try transaction.first("SELECT * FROM item")
            }
            let row = try #require(found)
            let wrong: [() throws -> Void] = [
                { _ = try row.int64("name") }, { _ = try row.text("id") }, { _ = try row.bytes("name") },
                { _ = try row.text("name", as: Colour.self) },
            ]
            for read in wrong {
                let error = await storageError { try read() }
                #expect(error?.code == .corrupt)
                #expect(error?.detail?.contains("blue") == false)
            }
        }
    }
}
