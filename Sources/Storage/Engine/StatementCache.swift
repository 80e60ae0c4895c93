/// The prepared statements of one connection, found by their SQL text. Bounded: the least recently used one goes first.
final class StatementCache {
    /// A statement that is lent out until `end()`.
    final class Loan {
        let statement: any DatabaseStatement
        fileprivate var isInUse = true
        fileprivate var lastUse: UInt64 = 0

        fileprivate init(_ statement: any DatabaseStatement) {
            self.statement = statement
        }

        func end() {
            statement.reset()
            isInUse = false
        }
    }

    private let connection: any DatabaseConnection
    private let capacity: Int
    private var loans: [String: Loan] = [:]
    private var uses: UInt64 = 0

    init(_ connection: any DatabaseConnection, capacity: Int = 256) {
        self.connection = connection
        self.capacity = capacity
    }

    /// Lends the statement for `sql`. One that is lent already, as in a loop over itself, is prepared a second time.
    func lend(_ sql: String) throws(StorageError) -> Loan {
        uses += 1
        if let loan = loans[sql] {
            guard !loan.isInUse else { return Loan(try connection.prepare(sql)) }
            loan.isInUse = true
            loan.lastUse = uses
            return loan
        }
        let loan = Loan(try connection.prepare(sql))
        loan.lastUse = uses
        makeRoom()
        loans[sql] = loan
        return loan
    }

    private func makeRoom() {
        guard loans.count >= capacity else { return }
        let idle = loans.lazy.filter { !$0.value.isInUse }
        if let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) { loans[oldest.key] = nil }
    }
}
