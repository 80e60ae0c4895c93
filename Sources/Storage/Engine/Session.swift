/// One connection with its prepared statements, and how a batch of closures goes through it. Used by one thread at a
/// time; opened when first needed, and opened anew after a failure that leaves it in doubt.
final class Session {
    private struct Open {
        let connection: any DatabaseConnection
        let statements: StatementCache
    }

    private let engine: any DatabaseEngine
    private let role: ConnectionRole
    private let health: Health
    private var current: Open?

    init(_ engine: any DatabaseEngine, _ role: ConnectionRole, _ health: Health) {
        self.engine = engine
        self.role = role
        self.health = health
    }

    func open() throws(StorageError) { _ = try opened() }

    func close() {
        current?.connection.close(isSound: health.failure == nil)
        current = nil
    }

    /// Runs the closures and answers every caller. A read comes alone, unless reads and writes share one connection.
    func run(_ jobs: [Job]) {
        if jobs.count == 1, jobs[0].role == .reader { read(jobs[0]) } else { write(jobs) }
    }

    /// Group commit: all closures in one transaction, so that one sync serves them all. Callers are answered after the
    /// commit; if that fails, it fails for every one of them, since even an error may rest on what another closure
    /// wrote.
    ///
    /// One that fails is undone alone. That takes a savepoint for each, for which SQLite copies every page that is
    /// written; as hardly any fails that has written already, they are first run without, and again with when one did.
    private func write(_ jobs: [Job]) {
        if let failure = health.failure { return refuse(jobs, failure.with(kind: .unavailable)) }
        do throws(StorageError) {
            let open = try opened()
            try open.connection.begin(.writer)
            if try !run(jobs, open) {
                try open.connection.rollback()
                guard jobs.count > 1 else { return jobs[0].answer() }
                try open.connection.begin(.writer)
                for job in jobs { try runInSavepoint(job, open) }
            }
            try open.connection.commit()
        } catch {
            if error.code == .syncFailed { health.fail(error) }
            abandonTransaction()
            return refuse(jobs, error)
        }
        for job in jobs { job.answer() }
        maintain()
    }

    /// One closure on one snapshot.
    private func read(_ job: Job) {
        do throws(StorageError) {
            let open = try opened()
            try open.connection.begin(.reader)
            if case .lost(let failure) = job.run(with: open.statements) { throw failure }
            try open.connection.rollback()
        } catch {
            abandonTransaction()
            return job.refuse(error)
        }
        job.answer()
    }
}

extension Session {
    private func opened() throws(StorageError) -> Open {
        if let current { return current }
        let connection = try engine.open(role)
        let open = Open(connection: connection, statements: StatementCache(connection))
        current = open
        return open
    }

    /// Throws only what concerns the whole batch.
    /// - Returns: `false` when one of them is to be undone; the others may not have been run then.
    private func run(_ jobs: [Job], _ open: Open) throws(StorageError) -> Bool {
        for job in jobs {
            switch try end(of: job, open) {
            case .keep, .nothing: continue
            case .undo: return false
            case .lost(let failure): throw failure
            }
        }
        return true
    }

    /// Throws only what concerns the whole batch.
    private func runInSavepoint(_ job: Job, _ open: Open) throws(StorageError) {
        try open.connection.savepoint()
        switch try end(of: job, open) {
        case .keep, .nothing: try open.connection.releaseSavepoint()
        case .undo: try open.connection.rollbackToSavepoint()
        case .lost(let failure): throw failure
        }
    }

    private func end(of job: Job, _ open: Open) throws(StorageError) -> JobEnding {
        let ending = job.run(with: open.statements)
        if case .lost = ending { return ending }
        guard open.connection.isInTransaction else {
            throw StorageError(.misuse, detail: "a closure ended the transaction that it runs in")
        }
        return ending
    }

    private func abandonTransaction() {
        guard let current, current.connection.isInTransaction else { return }
        do { try current.connection.rollback() } catch { close() }
    }

    private func maintain() {
        guard let current else { return }
        do { try current.connection.maintain() } catch {
            // Anything but a failed sync is tried again after the next commit.
            if error.code == .syncFailed { health.fail(error) }
        }
    }

    private func refuse(_ jobs: [Job], _ error: StorageError) {
        for job in jobs { job.refuse(error) }
    }
}
