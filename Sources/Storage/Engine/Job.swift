/// What is to become of the effects of a closure that has run.
enum JobEnding {
    case keep
    /// The closure was refused before it had changed anything.
    case nothing
    /// The closure, or a statement of it, was refused: nobody else is concerned.
    case undo
    /// The machine failed under a statement: an engine may have ended the whole transaction.
    case lost(StorageError)
}

/// A caller's closure on its way through the database, and the caller who waits for it.
///
/// Whoever takes a job answers it exactly once, by `answer()` after `run`, or by `refuse`.
/// Sendable because one thread at a time holds it: it is handed over through a queue's lock.
class Job: @unchecked Sendable {
    /// What the closure may do.
    let role: ConnectionRole

    init(_ role: ConnectionRole) { self.role = role }

    /// Runs the closure and keeps what came of it for `answer()`. It can be run again after a rollback, as if for the
    /// first time.
    func run(with statements: StatementCache) -> JobEnding { .undo }

    /// Gives the caller what came of `run`.
    func answer() {}

    /// Gives the caller an error instead, whatever `run` came to.
    func refuse(_ error: StorageError) {}
}

final class ClosureJob<Answer: Sendable>: Job, @unchecked Sendable {
    private let body: @Sendable (Transaction) throws -> Answer
    private let caller: UnsafeContinuation<Answer, any Error>
    private var outcome: Result<Answer, any Error> = .failure(StorageError(.closed))
    private var afterCommit: [@Sendable () -> Void] = []

    init(
        _ role: ConnectionRole, _ body: @escaping @Sendable (Transaction) throws -> Answer,
        _ caller: UnsafeContinuation<Answer, any Error>
    ) {
        self.body = body
        self.caller = caller
        super.init(role)
    }

    override func run(with statements: StatementCache) -> JobEnding {
        let transaction = Transaction(statements, role)
        defer { transaction.end() }
        afterCommit = []
        outcome = Result { try body(transaction) }
        if let failure = transaction.failure {
            if case .success = outcome { outcome = .failure(failure) }
            return failure.kind == .rejected ? .undo : .lost(failure)
        }
        if case .failure = outcome { return transaction.hasChanged ? .undo : .nothing }
        afterCommit = transaction.afterCommit
        return .keep
    }

    override func answer() {
        for body in afterCommit { body() }
        caller.resume(with: outcome)
    }

    override func refuse(_ error: StorageError) { caller.resume(throwing: error) }
}
