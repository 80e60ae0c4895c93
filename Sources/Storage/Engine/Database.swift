/// The database: closures in, durable answers out.
///
/// Writes of many callers share one commit, and each caller is answered after it; reads run beside them, each on a
/// snapshot. What a closure did is kept at most once; the closure itself may run twice, and must not wait for anything.
public final class Database: Sendable {
    public struct Options: Sendable {
        public enum Execution: Sendable {
            /// One thread writes, and a few read.
            case threads
            /// On the calling task, one at a time: for simulations in which a seed decides everything.
            case inline
        }

        public var execution: Execution = .threads
        /// How many closures share a commit at most.
        public var batchLimit = 256
        /// How many closures may wait; the next one is refused with `.queueFull`.
        public var queueLimit = 4_096
        /// How many snapshots can be read at once.
        public var readers = 4

        public init() {}

        /// Everything on the calling task.
        public static var inline: Options {
            var options = Options()
            options.execution = .inline
            return options
        }
    }

    private let writes: any Lane
    private let reads: any Lane
    private let health = Health()

    private init(_ engine: any DatabaseEngine, _ options: Options) throws(StorageError) {
        let writer = Session(engine, .writer, health)
        try writer.open()
        switch options.execution {
        case .inline:
            writes = InlineLane(writer)
        case .threads:
            writes = ThreadLane(
                name: "db-writer", sessions: [writer], queueLimit: options.queueLimit, batchLimit: options.batchLimit)
        }
        if options.execution == .inline || engine.hasOneConnection {
            reads = writes
        } else {
            let sessions = (0..<max(1, options.readers)).map { [health] _ in Session(engine, .reader, health) }
            reads = ThreadLane(name: "db-reader", sessions: sessions, queueLimit: options.queueLimit, batchLimit: 1)
        }
    }

    deinit {
        writes.beginClosing()
        reads.beginClosing()
        health.close()
    }
}

extension Database {
    /// Opens a database, without looking at its schema: call `migrate` next.
    ///
    /// - Throws: `.notOurs`, `.newer`, `.cannotOpen`, `.locked` and whatever the disk does.
    public static func open(
        _ engine: any DatabaseEngine, options: Options = Options()
    ) throws(StorageError) -> Database {
        try Database(engine, options)
    }

    public static func open(
        _ location: DatabaseLocation, options: Options = Options()
    ) throws(StorageError) -> Database {
        try Database(location.engine(), options)
    }

    /// Runs `body` in a transaction and returns when what it did is durable.
    ///
    /// An error thrown by `body` undoes what it did, and nothing else, and is passed on. A cancelled task still waits
    /// for the truth.
    ///
    /// `body` may run twice, the first time in a transaction that is undone: it acts on nothing but the database, and
    /// what else is to follow it says by `whenCommitted`.
    /// - Throws: a `StorageError` of kind `.unavailable` when nothing happened, among them `.queueFull` at once,
    ///   `.locked`, `.full` and `.syncFailed`; of kind `.indeterminate` when the fate of the commit is unknown.
    @discardableResult
    public nonisolated(nonsending) func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await withUnsafeThrowingContinuation { caller in
            writes.submit(ClosureJob(.writer, body, caller))
        }
    }

    /// Runs `body` on a snapshot: it sees whole commits only, and the same ones to its end. It may not change anything.
    public nonisolated(nonsending) func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await withUnsafeThrowingContinuation { caller in
            reads.submit(ClosureJob(.reader, body, caller))
        }
    }

    /// Waits until the database can no longer be trusted, because a sync failed: the process must then stop, for what
    /// it believes to be on disk may not be. Until then, and after, writes are refused with `.syncFailed`.
    ///
    /// - Returns: the failure; nil when the database was closed or the waiting task cancelled.
    public nonisolated(nonsending) func waitUntilBroken() async -> StorageError? {
        await health.waitForFailure()
    }

    /// The failure that `waitUntilBroken` waits for, if it has happened.
    public var failure: StorageError? { health.failure }

    /// Accepts nothing more, works off what was accepted, answers it, and closes the files.
    public nonisolated(nonsending) func close() async {
        await writes.close()
        await reads.close()
        health.close()
    }
}
