internal import Synchronization

/// A call through the database seam, at which a fault can be planned.
public enum SeamCall: Sendable, Hashable {
    case open(ConnectionRole)
    case prepare(sql: String)
    case step(sql: String)
    case begin(ConnectionRole)
    case commit, rollback
    case savepoint, releaseSavepoint, rollbackToSavepoint
    case maintain
}

/// What goes wrong at a call.
public struct Fault: Sendable {
    public enum Moment: Sendable, Hashable, CaseIterable {
        /// The call has no effect.
        case before
        /// The call has had its effect, and the caller is told otherwise.
        case after
    }

    public let moment: Moment
    public let error: StorageError

    /// The call fails, as with `.full`, or, after a commit, with `.io` of kind `.indeterminate`.
    public static func fails(_ error: StorageError, _ moment: Moment = .before) -> Fault {
        Fault(moment: moment, error: error)
    }

    /// The process dies: what was not committed is gone, and every later call fails until `FaultyEngine.restart()`.
    public static func crashes(_ moment: Moment) -> Fault {
        Fault(moment: moment, error: StorageError(.crashed))
    }
}

/// Wraps an engine and makes it fail as planned, at any call through the seam.
public final class FaultyEngine: DatabaseEngine {
    /// - Parameter number: counts the calls of this engine, from 0, across restarts.
    public typealias Plan = @Sendable (_ call: SeamCall, _ number: Int) -> Fault?

    private let wrapped: any DatabaseEngine
    private let life: Life

    public init(_ wrapped: any DatabaseEngine, plan: @escaping Plan) {
        self.wrapped = wrapped
        self.life = Life(plan)
    }

    public var hasOneConnection: Bool { wrapped.hasOneConnection }

    /// How many calls have gone through the seam: the number of points at which a run can be made to fail.
    public var calls: Int { life.calls }

    public func open(_ role: ConnectionRole) throws(StorageError) -> any DatabaseConnection {
        let generation = life.generation
        let connection = try life.meet(.open(role), generation) { () throws(StorageError) in try wrapped.open(role) }
        return FaultyConnection(connection, life, generation)
    }

    /// After a crash: connections opened from here on work again. Those of before stay dead.
    public func restart() { life.restart() }
}

/// One process after another, as far as the wrapped engine is concerned.
private final class Life: Sendable {
    private struct State {
        var calls = 0
        var generation = 0
        var isDead = false
    }

    private let state = Mutex(State())
    private let plan: FaultyEngine.Plan

    init(_ plan: @escaping FaultyEngine.Plan) { self.plan = plan }

    var calls: Int { state.withLock { $0.calls } }
    var generation: Int { state.withLock { $0.generation } }

    func isOver(_ generation: Int) -> Bool {
        state.withLock { $0.isDead || $0.generation != generation }
    }

    func restart() {
        state.withLock { state in
            state.generation += 1
            state.isDead = false
        }
    }

    func meet<Answer>(
        _ call: SeamCall, _ generation: Int, _ perform: () throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        guard !isOver(generation) else { throw StorageError(.crashed) }
        let number = state.withLock { state in
            defer { state.calls += 1 }
            return state.calls
        }
        guard let fault = plan(call, number) else { return try perform() }
        if fault.moment == .after { _ = try perform() }
        if fault.error.code == .crashed { state.withLock { $0.isDead = true } }
        throw fault.error
    }
}

private final class FaultyConnection: DatabaseConnection {
    private let wrapped: any DatabaseConnection
    private let life: Life
    private let generation: Int
    private var isClosed = false

    init(_ wrapped: any DatabaseConnection, _ life: Life, _ generation: Int) {
        self.wrapped = wrapped
        self.life = life
        self.generation = generation
    }

    var isInTransaction: Bool { !isClosed && wrapped.isInTransaction }

    func prepare(_ sql: String) throws(StorageError) -> any DatabaseStatement {
        let statement = try meet(.prepare(sql: sql)) { () throws(StorageError) in try wrapped.prepare(sql) }
        return FaultyStatement(statement, sql, self)
    }

    func begin(_ role: ConnectionRole) throws(StorageError) {
        try meet(.begin(role)) { () throws(StorageError) in try wrapped.begin(role) }
    }

    func commit() throws(StorageError) { try meet(.commit, wrapped.commit) }
    func rollback() throws(StorageError) { try meet(.rollback, wrapped.rollback) }
    func savepoint() throws(StorageError) { try meet(.savepoint, wrapped.savepoint) }
    func releaseSavepoint() throws(StorageError) { try meet(.releaseSavepoint, wrapped.releaseSavepoint) }
    func rollbackToSavepoint() throws(StorageError) { try meet(.rollbackToSavepoint, wrapped.rollbackToSavepoint) }
    func maintain() throws(StorageError) { try meet(.maintain, wrapped.maintain) }

    /// Once only: in memory, a later process uses the very same connection.
    func close(isSound: Bool) {
        guard !isClosed else { return }
        isClosed = true
        wrapped.close(isSound: isSound)
    }

    func meet<Answer>(
        _ call: SeamCall, _ perform: () throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        do { return try life.meet(call, generation, perform) } catch {
            // A dead process holds no transaction.
            if life.isOver(generation) { close(isSound: true) }
            throw error
        }
    }
}

private final class FaultyStatement: DatabaseStatement {
    private let wrapped: any DatabaseStatement
    private let sql: String
    private let connection: FaultyConnection

    init(_ wrapped: any DatabaseStatement, _ sql: String, _ connection: FaultyConnection) {
        self.wrapped = wrapped
        self.sql = sql
        self.connection = connection
    }

    var isReadOnly: Bool { wrapped.isReadOnly }
    var changedRows: Int { wrapped.changedRows }

    func bind(_ values: [SQLValue]) throws(StorageError) { try wrapped.bind(values) }
    func row() throws(StorageError) -> Row { try wrapped.row() }
    func reset() { wrapped.reset() }

    func step() throws(StorageError) -> Bool {
        try connection.meet(.step(sql: sql), wrapped.step)
    }
}
