/// One numbered step of the schema. Applied migrations never change: what is wrong is put right by the next one.
public struct Migration: Sendable {
    /// 1, 2, 3 … without a gap.
    public let number: Int
    public let name: String
    /// Run in order, in one transaction together with the record that they were.
    public let statements: [String]
    /// What SQL cannot say, after the statements and in the same transaction.
    let completion: (@Sendable (Transaction) throws -> Void)?

    public init(
        number: Int, name: String, statements: [String], completion: (@Sendable (Transaction) throws -> Void)? = nil
    ) {
        self.number = number
        self.name = name
        self.statements = statements
        self.completion = completion
    }

    /// FNV-1a over name and statements: tells an edited migration from the one that was applied.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [name] + statements {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Database {
    /// Brings the schema up to the last of `migrations`, each in a transaction of its own with its record, so that a
    /// process killed at any statement leaves either all of a migration or nothing. Several processes may do so at
    /// once.
    ///
    /// - Throws: `StorageError` `.newer` when the database knows a migration that is not in the list, and
    ///   `.migrationChanged` when one was applied under another name or with other statements.
    public nonisolated(nonsending) func migrate(_ migrations: [Migration]) async throws {
        guard migrations.map(\.number) == Array(1..<(migrations.count + 1)) else {
            throw StorageError(.misuse, detail: "migrations are numbered 1, 2, 3 … in order")
        }
        try await write { transaction in
            try transaction.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)
                """)
            try transaction.refuseUnknown(after: migrations.count)
        }
        for migration in migrations {
            try await write { transaction in try transaction.apply(migration) }
        }
    }
}

extension Transaction {
    fileprivate func refuseUnknown(after number: Int) throws(StorageError) {
        let unknown = try first(
            "SELECT number, name FROM schema_migrations WHERE number > $1 ORDER BY number LIMIT 1", number)
        guard let unknown else { return }
        throw StorageError(.newer, detail: "migration \(try unknown.int64("number")) (\(try unknown.text("name")))")
    }

    fileprivate func apply(_ migration: Migration) throws {
        let applied = try first("SELECT name, checksum FROM schema_migrations WHERE number = $1", migration.number)
        if let applied {
            guard try applied.text("checksum") == migration.checksum else {
                let then = try applied.text("name")
                throw StorageError(
                    .migrationChanged, detail: "\(migration.number): applied \(then), known \(migration.name)")
            }
            return
        }
        for statement in migration.statements { try execute(statement) }
        try migration.completion?(self)
        try execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
            migration.number, migration.name, migration.checksum)
    }
}
