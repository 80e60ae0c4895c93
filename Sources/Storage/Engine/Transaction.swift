/// The right to read and write inside one closure of `Database.write` or `Database.read`.
///
/// SQL is written in the subset that SQLite 3.40 and PostgreSQL 15 share, with parameters `$1`, `$2` …
///
/// A statement that fails, fails the closure: as in PostgreSQL, every later statement is refused with the same error,
/// and the closure's effects are undone even if it returns normally. What may meet an existing row says `ON CONFLICT`.
public final class Transaction {
    private let statements: StatementCache
    private let role: ConnectionRole
    private var isOpen = true

    /// The first statement that failed.
    private(set) var failure: StorageError?
    /// Whether there is anything to undo, but for a failure.
    private(set) var hasChanged = false
    private(set) var afterCommit: [@Sendable () -> Void] = []

    init(_ statements: StatementCache, _ role: ConnectionRole) {
        self.statements = statements
        self.role = role
    }

    /// Runs a statement to its end.
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    public func execute(_ sql: String, _ values: any SQLValueConvertible...) throws(StorageError) -> Int {
        try execute(sql, values: values.map(\.sqlValue))
    }

    @discardableResult
    public func execute(_ sql: String, values: [SQLValue]) throws(StorageError) -> Int {
        let changed = try run(sql, values) { (statement) throws(StorageError) in
            while try statement.step() {}
            return statement.changedRows
        }
        // A condition of a write that did not hold leaves nothing behind.
        if changed > 0 || !Self.changesRowsOnly(sql) { hasChanged = true }
        return changed
    }

    /// All rows. Use `forEach` where there can be many.
    public func query(_ sql: String, _ values: any SQLValueConvertible...) throws(StorageError) -> [Row] {
        try query(sql, values: values.map(\.sqlValue))
    }

    public func query(_ sql: String, values: [SQLValue]) throws(StorageError) -> [Row] {
        try run(sql, values) { (statement) throws(StorageError) in
            var rows: [Row] = []
            if !statement.isReadOnly { hasChanged = true }
            while try statement.step() { rows.append(try statement.row()) }
            return rows
        }
    }

    /// The first row. A statement that changes something (`… RETURNING`) still runs to its end.
    public func first(_ sql: String, _ values: any SQLValueConvertible...) throws(StorageError) -> Row? {
        try first(sql, values: values.map(\.sqlValue))
    }

    public func first(_ sql: String, values: [SQLValue]) throws(StorageError) -> Row? {
        try run(sql, values) { (statement) throws(StorageError) in
            if !statement.isReadOnly { hasChanged = true }
            return try statement.step() ? statement.row() : nil
        }
    }

    /// Hands over row after row, in constant memory. An error thrown by `body` ends the loop and is passed on.
    public func forEach(
        _ sql: String, _ values: any SQLValueConvertible..., body: (Row) throws -> Void
    ) throws {
        try forEach(sql, values: values.map(\.sqlValue), body: body)
    }

    public func forEach(_ sql: String, values: [SQLValue], body: (Row) throws -> Void) throws {
        let loan = try start(sql, values)
        defer { loan.end() }
        if !loan.statement.isReadOnly { hasChanged = true }
        while let row = try next(of: loan.statement) { try body(row) }
    }

    /// Lets `body` run when all that this transaction has seen and done is durable, before its caller is answered. What
    /// is remembered in memory about rows is remembered here: until then they can be undone.
    public func whenCommitted(_ body: @escaping @Sendable () -> Void) { afterCommit.append(body) }

    /// From here on every use is refused: the closure has ended.
    func end() { isOpen = false }
}

extension Transaction {
    private func run<Answer>(
        _ sql: String, _ values: [SQLValue],
        _ body: (any DatabaseStatement) throws(StorageError) -> Answer
    ) throws(StorageError) -> Answer {
        let loan = try start(sql, values)
        defer { loan.end() }
        do { return try body(loan.statement) } catch { throw noted(error) }
    }

    private func start(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> StatementCache.Loan {
        if let failure { throw failure }
        guard isOpen else { throw StorageError(.misuse, detail: "a transaction was used after its closure had ended") }
        do { return try lend(sql, values) } catch { throw noted(error) }
    }

    private func lend(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> StatementCache.Loan {
        let loan = try statements.lend(sql)
        do throws(StorageError) {
            guard role == .writer || loan.statement.isReadOnly else {
                throw StorageError(.misuse, detail: "a read may not change anything: \(sql)")
            }
            try loan.statement.bind(values)
            return loan
        } catch {
            loan.end()
            throw error
        }
    }

    private func next(of statement: any DatabaseStatement) throws(StorageError) -> Row? {
        do { return try statement.step() ? statement.row() : nil } catch { throw noted(error) }
    }

    private static func changesRowsOnly(_ sql: String) -> Bool {
        ["INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) }
    }

    private func noted(_ error: StorageError) -> StorageError {
        if failure == nil { failure = error }
        return error
    }
}
