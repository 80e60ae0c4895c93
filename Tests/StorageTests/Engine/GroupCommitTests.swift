import Foundation
import Synchronization
import Testing

@testable import Storage

/// What callers whose closures share one commit are promised.
@Suite struct GroupCommitTests {
    struct Refusal: Error, Equatable { let number: Int }

    private static let full = StorageError(.full)
    private static let insert = "INSERT INTO entry (id) VALUES ($1)"

    /// A session on a new database with a table `entry`, and the faults that its engine meets.
    private static func session(
        health: Health = Health(), plan: @escaping FaultyEngine.Plan = { _, _ in nil }
    ) async throws -> (session: Session, memory: SQLiteMemoryEngine) {
        let memory = try SQLiteMemoryEngine()
        let database = try Database.open(memory, options: .inline)
        try await database.write { try $0.execute("CREATE TABLE entry (id BIGINT PRIMARY KEY)") }
        return (Session(FaultyEngine(memory, plan: plan), .writer, health), memory)
    }

    private static func ids(in memory: SQLiteMemoryEngine) async throws -> [Int64] {
        let database = try Database.open(memory, options: .inline)
        return try await database.read { try $0.query("SELECT id FROM entry ORDER BY id").map { try $0.int64(at: 0) } }
    }

    @Test func `one failing closure among many is undone alone`() async throws {
        let (session, memory) = try await Self.session()
        let outcomes = await Batch(session).run(
            (0..<50).map { number in
                { transaction in
                    try transaction.execute(Self.insert, number)
                    if number == 17 { throw Refusal(number: number) }
                }
            })
        for (number, outcome) in outcomes.enumerated() where number != 17 {
            #expect(throws: Never.self) { try outcome.get() }
        }
        #expect(throws: Refusal(number: 17)) { try outcomes[17].get() }
        #expect(try await Self.ids(in: memory) == (0..<50).filter { $0 != 17 })
    }

    @Test func `a broken rule among many is undone alone`() async throws {
        let (session, memory) = try await Self.session()
        let outcomes = await Batch(session).run(
            [1, 2, 1, 3].map { id in { transaction in try transaction.execute(Self.insert, id) } })
        #expect(outcomes.map(\.code) == [nil, nil, .constraint, nil])
        #expect(try await Self.ids(in: memory) == [1, 2, 3])
    }

    @Test func `a table that a failing closure made is undone with it`() async throws {
        let (session, memory) = try await Self.session()
        let outcomes = await Batch(session).run([
            { try $0.execute(Self.insert, 1) },
            { transaction in
                try transaction.execute("CREATE TABLE other (id BIGINT)")
                throw Refusal(number: 2)
            },
        ])
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false])
        let database = try Database.open(memory, options: .inline)
        let tables = try await database.read {
            try $0.query("SELECT name FROM sqlite_schema WHERE type = 'table'").map { try $0.text(at: 0) }
        }
        #expect(tables == ["entry"])
    }

    /// Whether a closure is refused before it wrote or after decides whether the others are run again.
    @Test(arguments: [false, true])
    func `a closure tells of its commit once, however often it was run`(undoes: Bool) async throws {
        let (session, memory) = try await Self.session()
        let runs = Mutex(0)
        let told = Mutex<[Int]>([])
        let outcomes = await Batch(session).run(
            (0..<4).map { number in
                { transaction in
                    runs.withLock { $0 += 1 }
                    let changed = try transaction.execute(
                        Self.insert + (number == 2 && !undoes ? " ON CONFLICT DO NOTHING" : ""),
                        number == 2 && !undoes ? 1 : number)
                    transaction.whenCommitted { told.withLock { $0.append(number) } }
                    if number == 2 { throw Refusal(number: changed) }
                }
            })
        #expect(throws: Refusal(number: undoes ? 1 : 0)) { try outcomes[2].get() }
        #expect(told.withLock { $0 } == [0, 1, 3])
        #expect(runs.withLock { $0 } == (undoes ? 7 : 4))
        #expect(try await Self.ids(in: memory) == [0, 1, 3])
    }

    @Test func `closures of a batch run in order and see those before them`() async throws {
        let (session, _) = try await Self.session()
        let seen = Mutex<[Int64]>([])
        _ = await Batch(session).run(
            (0..<10).map { number in
                { transaction in
                    let count = try transaction.first("SELECT COUNT(*) FROM entry")?.int64(at: 0) ?? -1
                    seen.withLock { $0.append(count) }
                    try transaction.execute(Self.insert, number)
                }
            })
        #expect(seen.withLock { $0 } == Array(0..<10))
    }

    @Test(arguments: [1, 5])
    func `a commit that fails, fails for all and leaves nothing`(count: Int) async throws {
        let (session, memory) = try await Self.session { call, _ in call == .commit ? .fails(Self.full) : nil }
        let outcomes = await Batch(session).run(
            (0..<count).map { number in
                { transaction in
                    try transaction.execute(Self.insert, number)
                    // An error that rests on what was never committed must not be told as the truth.
                    if number == 3 { throw Refusal(number: number) }
                }
            })
        #expect(outcomes.map(\.code) == Array(repeating: .full, count: count))
        #expect(outcomes.allSatisfy { $0.kind == .unavailable })
        #expect(try await Self.ids(in: memory) == [])
    }

    @Test func `a statement that the machine fails takes its whole batch along`() async throws {
        let (session, memory) = try await Self.session { call, number in
            if case .step(let sql) = call, sql.contains("-- third") { .fails(Self.full) } else { nil }
        }
        let outcomes = await Batch(session).run([
            { try $0.execute(Self.insert, 1) },
            { try $0.execute(Self.insert, 2) },
            { _ = try? $0.execute(Self.insert + " -- third", 3) },
            { try $0.execute(Self.insert, 4) },
        ])
        #expect(outcomes.map(\.code) == [.full, .full, .full, .full])
        #expect(try await Self.ids(in: memory) == [])
        let later = await Batch(session).run([{ try $0.execute(Self.insert, 5) }])
        #expect(later.map(\.code) == [nil])
        #expect(try await Self.ids(in: memory) == [5])
    }

    @Test func `a row that cannot be read fails its own closure only`() async throws {
        let (session, memory) = try await Self.session()
        let outcomes = await Batch(session).run([
            { try $0.execute(Self.insert, 1) },
            { _ = try $0.first("SELECT id FROM entry")?.text("id") },
        ])
        #expect(outcomes.map(\.code) == [nil, .corrupt])
        #expect(try await Self.ids(in: memory) == [1])
    }

    @Test func `a commit whose fate is unknown is told as such`() async throws {
        let lost = StorageError(.io, kind: .indeterminate)
        let (session, memory) = try await Self.session { call, _ in call == .commit ? .fails(lost, .after) : nil }
        let outcomes = await Batch(session).run((1...2).map { id in { try $0.execute(Self.insert, id) } })
        #expect(outcomes.map(\.kind) == [.indeterminate, .indeterminate])
        #expect(try await Self.ids(in: memory) == [1, 2])
    }

    @Test func `a rollback that fails costs the connection, not the database`() async throws {
        let failures = Countdown(1)
        let (session, memory) = try await Self.session { call, _ in
            switch call {
            case .commit: failures.isOver ? nil : .fails(Self.full)
            case .rollback: failures.next() ? .fails(Self.full) : nil
            default: nil
            }
        }
        let first = await Batch(session).run([{ try $0.execute(Self.insert, 1) }])
        let second = await Batch(session).run([{ try $0.execute(Self.insert, 2) }])
        #expect(first.map(\.code) == [.full])
        #expect(second.map(\.code) == [nil])
        #expect(try await Self.ids(in: memory) == [2])
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SeamCall.commit, .maintain])
    func `a failed sync poisons the database for good`(failing: SeamCall) async throws {
        let error = StorageError(.syncFailed, kind: .indeterminate)
        let engine = FaultyEngine(try SQLiteMemoryEngine()) { call, _ in call == failing ? .fails(error) : nil }
        let database = try Database.open(engine, options: .inline)
        async let broken = database.waitUntilBroken()
        let first = await Result { try await database.write { try $0.execute("CREATE TABLE entry (id BIGINT)") } }
        #expect(first.kind == (failing == .commit ? .indeterminate : nil))
        #expect(await broken?.code == .syncFailed)
        #expect(database.failure?.code == .syncFailed)
        let second = await storageError { try await database.write { try $0.execute("DELETE FROM entry") } }
        #expect(second?.code == .syncFailed)
        #expect(second?.kind == .unavailable)
    }

    @Test func `a failure other than of a sync stays with its batch`() async throws {
        let failures = Countdown(3)
        let engine = FaultyEngine(try SQLiteMemoryEngine()) { call, _ in
            guard call == .commit || call == .maintain || call == .begin(.writer) else { return nil }
            return failures.next() ? .fails(StorageError(.io)) : nil
        }
        let database = try Database.open(engine, options: .inline)
        for _ in 0..<4 { _ = try? await database.write { try $0.execute("CREATE TABLE IF NOT EXISTS t (id BIGINT)") } }
        #expect(database.failure == nil)
        #expect(try await database.integer("SELECT COUNT(*) FROM t") == 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a full queue refuses at once, and the others are served`() async throws {
        var options = Database.Options()
        options.queueLimit = 3
        let database = try Database.open(.memory, options: options)
        let (started, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let blocker = Task {
            try await database.write { _ in
                started.signal()
                gate.wait()
            }
        }
        await Task.detached { Self.wait(for: started) }.value
        let refused = await withTaskGroup(of: StorageError.Code?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await Result { try await database.write { _ in } }.code
                }
            }
            var codes: [StorageError.Code?] = []
            for await code in group {
                codes.append(code)
                // The writer is still held: whoever has been answered by now was refused.
                if codes.count == 7 {
                    #expect(codes.allSatisfy { $0 == .queueFull })
                    gate.signal()
                }
            }
            return codes.filter { $0 == .queueFull }.count
        }
        #expect(refused == 7)
        try await blocker.value
    }

    private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}

/// Says yes a number of times, and then no.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    var isOver: Bool { left.withLock { $0 <= 0 } }

    func next() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}

/// Runs closures as one batch, which callers of `Database` can only hope for.
private final class Batch: @unchecked Sendable {
    private let session: Session
    private let lock = NSLock()
    private var jobs: [Int: Job] = [:]

    init(_ session: Session) { self.session = session }

    func run(_ bodies: [@Sendable (Transaction) throws -> Void]) async -> [Result<Void, any Error>] {
        await withTaskGroup(of: (Int, Result<Void, any Error>).self) { group in
            for (number, body) in bodies.enumerated() {
                group.addTask {
                    let outcome = await Result {
                        try await withUnsafeThrowingContinuation { caller in
                            self.add(ClosureJob(.writer, body, caller), number, of: bodies.count)
                        }
                    }
                    return (number, outcome)
                }
            }
            let outcomes = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            return bodies.indices.compactMap { outcomes[$0] }
        }
    }

    private func add(_ job: Job, _ number: Int, of count: Int) {
        lock.withLock {
            jobs[number] = job
            guard jobs.count == count else { return }
            session.run((0..<count).compactMap { jobs[$0] })
            jobs = [:]
        }
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }

    var storageError: StorageError? {
        guard case .failure(let error) = self else { return nil }
        return error as? StorageError
    }

    var code: StorageError.Code? { storageError?.code }
    var kind: StorageError.Kind? { storageError?.kind }
}
