import Storage
import Testing

@Suite struct MigrationTests {
    static let first = Migration(
        number: 1, name: "books",
        statements: [
            "CREATE TABLE account (id BIGINT PRIMARY KEY)", "CREATE TABLE entry (id BIGINT PRIMARY KEY)",
            "INSERT INTO account (id) VALUES (1)",
        ])
    static let second = Migration(
        number: 2, name: "names",
        statements: ["ALTER TABLE account ADD COLUMN name TEXT", "UPDATE account SET name = 'cash'"])

    private static let recorded = "SELECT COUNT(*) FROM schema_migrations"

    @Test(arguments: EngineUnderTest.all)
    func `migrations are applied once, in order, and recorded`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase { database in
            try await database.migrate([Self.first])
            try await database.migrate([Self.first, Self.second])
            try await database.migrate([Self.first, Self.second])
            let records = try await database.read { transaction in
                try transaction.query("SELECT number, name FROM schema_migrations ORDER BY number").map { row in
                    "\(try row.int64("number")) \(try row.text("name"))"
                }
            }
            #expect(records == ["1 books", "2 names"])
            let accounts = try await database.integer("SELECT COUNT(*) FROM account WHERE name = 'cash'")
            #expect(accounts == 1)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func `a database that knows more than the program is refused`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase { database in
            try await database.migrate([Self.first, Self.second])
            let error = await storageError { try await database.migrate([Self.first]) }
            #expect(error?.code == .newer)
            #expect(error?.detail == "migration 2 (names)")
        }
    }

    @Test(
        arguments: EngineUnderTest.all,
        [
            Migration(number: 1, name: "renamed", statements: first.statements),
            Migration(number: 1, name: first.name, statements: first.statements + ["SELECT 1"]),
            Migration(number: 1, name: first.name, statements: [first.statements.joined()]),
        ])
    func `a migration that was applied never changes`(engine: EngineUnderTest, changed: Migration) async throws {
        try await engine.withDatabase { database in
            try await database.migrate([Self.first])
            let error = await storageError { try await database.migrate([changed, Self.second]) }
            #expect(error?.code == .migrationChanged)
            let records = try await database.integer(Self.recorded)
            #expect(records == 1)
        }
    }

    @Test(arguments: [[first, first], [second], [second, first]])
    func `numbers have no gap and no repeat`(migrations: [Migration]) async throws {
        let database = try Database.open(.memory, options: .inline)
        let error = await storageError { try await database.migrate(migrations) }
        #expect(error?.code == .misuse)
    }

    @Test(arguments: EngineUnderTest.all)
    func `a migration that fails leaves nothing of itself`(engine: EngineUnderTest) async throws {
        try await engine.withDatabase { database in
            let broken = Migration(
                number: 2, name: "broken",
                statements: ["CREATE TABLE half (id BIGINT)", "INSERT INTO nowhere VALUES (1)"])
            let error = await storageError { try await database.migrate([Self.first, broken]) }
            #expect(error?.code == .misuse)
            let records = try await database.integer(Self.recorded)
            #expect(records == 1)
            try await database.write { try $0.execute("CREATE TABLE half (id BIGINT)") }
        }
    }

    @Test(arguments: Fault.Moment.allCases)
    func `a process killed at any call while migrating can be started again`(moment: Fault.Moment) async throws {
        let calls = try await Self.migrateOnce(crashAt: nil, moment)
        #expect(calls > 20)
        // The last call is housekeeping: by then everybody has been answered.
        for call in 0..<(calls - 1) { _ = try await Self.migrateOnce(crashAt: call, moment) }
    }

    /// Migrates, dies at a call, looks at what is left, and migrates again.
    /// - Returns: how many calls went through the seam until the first process ended.
    private static func migrateOnce(crashAt crash: Int?, _ moment: Fault.Moment) async throws -> Int {
        let engine = FaultyEngine(try SQLiteMemoryEngine()) { _, number in number == crash ? .crashes(moment) : nil }
        let died = await Result {
            let database = try Database.open(engine, options: .inline)
            try await database.migrate([first, second])
        }
        let calls = engine.calls
        #expect(died.code == (crash == nil ? nil : .crashed))
        engine.restart()

        let database = try Database.open(engine, options: .inline)
        let found = try await database.read { transaction in
            let names = "SELECT name FROM sqlite_schema WHERE name IN ('account', 'entry', 'schema_migrations')"
            guard try transaction.query(names).count > 1 else { return (tables: 0, records: Int64(0), named: 0) }
            return (
                tables: try transaction.query(names).count - 1,
                records: try transaction.first(recorded)?.int64(at: 0) ?? 0,
                named: try transaction.query("SELECT * FROM account").filter { $0.columnNames.contains("name") }.count
            )
        }
        let wholes = [(0, 0, 0), (2, 1, 0), (2, 2, 1)]
        #expect(wholes.contains { $0 == (found.tables, Int(found.records), found.named) }, "crash at \(crash ?? -1)")
        try await database.migrate([first, second])
        #expect(try await database.integer(recorded) == 2)
        #expect(try await database.integer("SELECT COUNT(*) FROM account WHERE name = 'cash'") == 1)
        return calls
    }

    @Test func `two processes may migrate one file at once`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("shared.db")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let database = try Database.open(.sqlite(path: path))
                    try await database.migrate([Self.first, Self.second])
                    #expect(try await database.integer(Self.recorded) == 2)
                    await database.close()
                }
            }
            try await group.waitForAll()
        }
    }
}
