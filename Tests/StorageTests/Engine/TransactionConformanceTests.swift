import Storage
import Synchronization
import Testing

/// What a closure in a transaction is promised, on every engine.
@Suite struct TransactionConformanceTests {
    static let schema = [
        """
        CREATE TABLE parent (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT NOT NULL,
            CONSTRAINT amount_not_negative CHECK (amount >= 0), UNIQUE (name))
        """,
        "CREATE TABLE child (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parent (id))",
        "INSERT INTO parent (id, name, amount) VALUES (1, 'first', 10)",
    ]

    struct Refusal: Error, Equatable { let reason: String }

    @Test(arguments: EngineUnderTest.all)
    func `an error undoes what its closure did and reaches its caller`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            await #expect(throws: Refusal(reason: "too late")) {
                try await database.write { transaction in
                    try transaction.execute("UPDATE parent SET amount = 99")
                    throw Refusal(reason: "too late")
                }
            }
            let found = try await database.integer("SELECT amount FROM parent")
            #expect(found == 10)
        }
    }

    @Test(
        arguments: EngineUnderTest.all,
        [
            ("INSERT INTO parent VALUES (1, 'x', 1)", "unique parent.id"),
            ("INSERT INTO parent VALUES (2, 'first', 1)", "unique parent.name"),
            ("INSERT INTO parent VALUES (2, NULL, 1)", "not_null parent.name"),
            ("UPDATE parent SET amount = -1", "check amount_not_negative"),
            ("INSERT INTO child VALUES (1, 7)", "foreign_key "),
        ])
    func `a broken rule says which one`(engine: EngineUnderTest, rule: (sql: String, name: String)) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let error = await storageError { try await database.write { try $0.execute(rule.sql) } }
            #expect(error?.code == .constraint)
            #expect(error?.kind == .rejected)
            #expect(error?.constraint.map { "\($0.kind.rawValue) \($0.name)" } == rule.name)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a rule that is checked at the end of a statement is checked behind RETURNING too`(
        engine: EngineUnderTest
    ) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let error = await storageError {
                try await database.write { transaction in
                    try transaction.first("INSERT INTO child VALUES (1, 7) RETURNING id")
                }
            }
            #expect(error?.constraint?.kind == .foreignKey)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a swallowed failure of a statement still fails the closure`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let error = await storageError {
                try await database.write { transaction in
                    try transaction.execute("UPDATE parent SET amount = 99")
                    _ = try? transaction.execute("INSERT INTO parent VALUES (1, 'again', 1)")
                    _ = try? transaction.execute("UPDATE parent SET amount = 98")
                }
            }
            #expect(error?.constraint?.kind == .unique)
            let found = try await database.integer("SELECT amount FROM parent")
            #expect(found == 10)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a read may not change anything`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let error = await storageError { try await database.read { try $0.execute("DELETE FROM parent") } }
            #expect(error?.code == .misuse)
            let found = try await database.integer("SELECT COUNT(*) FROM parent")
            #expect(found == 1)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a transaction is of no use after its closure`(engine: EngineUnderTest) async throws {
        final class Escape: @unchecked Sendable { var transaction: Transaction? }
        try await engine.withDatabase(Self.schema) { database in
            let escape = Escape()
            try await database.write { escape.transaction = $0 }
            let error = await storageError { try escape.transaction?.execute("DELETE FROM parent") }
            #expect(error?.code == .misuse)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a closure that ends its own transaction is refused`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let error = await storageError { try await database.write { try $0.execute("ROLLBACK") } }
            #expect(error?.code == .misuse)
            try await database.write { try $0.execute("UPDATE parent SET amount = 11") }
            let found = try await database.integer("SELECT amount FROM parent")
            #expect(found == 11)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a thousand increments in parallel add up`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let answers = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        try await database.write { transaction in
                            try transaction.execute("UPDATE parent SET amount = amount + 1 WHERE id = $1", 1)
                            let row = try transaction.first("SELECT amount FROM parent WHERE id = $1", 1)
                            return try row?.int64(at: 0) ?? 0
                        }
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(answers == Set(11...1_010))
            let found = try await database.integer("SELECT amount FROM parent")
            #expect(found == 1_010)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a condition of the write cannot be overrun`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let accepted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        let changed = try? await database.write { transaction in
                            try transaction.execute("UPDATE parent SET amount = amount - 3 WHERE amount >= $1", 3)
                        }
                        return changed == 1
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 3)
            let found = try await database.integer("SELECT amount FROM parent")
            #expect(found == 1)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a reader sees whole closures only, and one state to its end`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase([
            "CREATE TABLE pair (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)",
            "INSERT INTO pair VALUES (1, 0), (2, 0)",
        ]) { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await database.write { transaction in
                            try transaction.execute("UPDATE pair SET amount = amount + 1 WHERE id = 1")
                            try transaction.execute("UPDATE pair SET amount = amount + 1 WHERE id = 2")
                        }
                    }
                    group.addTask {
                        let amounts = try await database.read { transaction in
                            try (1...2).map { id in
                                try transaction.first("SELECT amount FROM pair WHERE id = $1", id)?.int64(at: 0)
                            }
                        }
                        #expect(amounts[0] == amounts[1])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `one task's writes happen in its order, and its reads see them`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            for amount in Int64(0)..<50 {
                try await database.write { try $0.execute("UPDATE parent SET amount = $1", amount) }
                #expect(try await database.integer("SELECT amount FROM parent") == amount)
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `closing answers what was accepted and refuses the rest`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase(Self.schema) { database in
            let written = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let changed = try? await database.write { transaction in
                            try transaction.execute("UPDATE parent SET amount = amount + 1")
                        }
                        return changed == 1
                    }
                }
                group.addTask {
                    await database.close()
                    return false
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect((0...100).contains(written))
            let write = await storageError { try await database.write { try $0.execute("DELETE FROM parent") } }
            let read = await storageError { try await database.integer("SELECT amount FROM parent") }
            #expect(write?.code == .closed && write?.kind == .unavailable)
            #expect(read?.code == .closed && read?.kind == .unavailable)
            #expect(await database.waitUntilBroken() == nil)
        }
    }
}
