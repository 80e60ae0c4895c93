import Foundation
import Storage
import Testing

/// An engine that the conformance suite runs against: another one is one more line in `all`.
struct EngineUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: Database.Options
    let make: @Sendable (TemporaryFolder) throws -> any DatabaseEngine

    static let all = [
        EngineUnderTest("SQLite file") { SQLiteEngine(path: $0.path("test.db")) },
        EngineUnderTest("SQLite file, inline", .inline) { SQLiteEngine(path: $0.path("test.db")) },
        EngineUnderTest("SQLite memory") { _ in try SQLiteMemoryEngine() },
        EngineUnderTest("SQLite memory, inline", .inline) { _ in try SQLiteMemoryEngine() },
        EngineUnderTest("SQLite file behind faults") { folder in
            FaultyEngine(SQLiteEngine(path: folder.path("test.db"))) { _, _ in nil }
        },
    ]

    private init(
        _ name: String, _ options: Database.Options = Database.Options(),
        make: @escaping @Sendable (TemporaryFolder) throws -> any DatabaseEngine
    ) {
        self.testDescription = name
        self.options = options
        self.make = make
    }

    /// A fresh database with `statements` applied, closed when `body` ends.
    func withDatabase(
        _ statements: [String] = [], _ body: (Database) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let database = try Database.open(make(folder), options: options)
        if !statements.isEmpty {
            try await database.migrate([Migration(number: 1, name: "test", statements: statements)])
        }
        try await body(database)
        await database.close()
    }
}

/// A folder of its own for a test, removed with its last owner.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "bursar-storage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

extension Database {
    /// The first column of the first row.
    func integer(_ sql: String) async throws -> Int64? {
        try await read { transaction in try transaction.first(sql)?.int64OrNil(at: 0) }
    }
}

/// The `StorageError` that `body` throws.
func storageError<Answer>(
    _ body: () async throws -> Answer, sourceLocation: SourceLocation = #_sourceLocation
) async -> StorageError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as StorageError {
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
        return nil
    }
}
