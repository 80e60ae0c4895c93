/// The conditions of a list that can be asked for in many ways. Only those that were asked for stand in the statement,
/// so that the database can choose an index by them.
struct Conditions {
    private var clauses: [String] = []
    private var values: [SQLValue] = []

    /// - Parameters:
    ///   - clause: a condition with `?` in the place of the value.
    ///   - value: `nil` for no condition.
    mutating func add(_ clause: String, _ value: (any SQLValueConvertible)?) {
        guard let value else { return }
        values.append(value.sqlValue)
        clauses.append(clause.replacing("?", with: "$\(values.count)"))
    }

    /// - Parameter table: what stands after FROM.
    func rows(
        _ table: String, columns: String = "*", order: String, limit: Int, in tx: Transaction
    ) throws -> [Row] {
        let statement = statement(table, columns: columns, order: order, limit: limit)
        return try tx.query(statement.sql, values: statement.values)
    }

    func statement(
        _ table: String, columns: String = "*", order: String, limit: Int
    ) -> (sql: String, values: [SQLValue]) {
        let condition = clauses.isEmpty ? "" : "WHERE " + clauses.map { "(\($0))" }.joined(separator: " AND ")
        return (
            "SELECT \(columns) FROM \(table) \(condition) ORDER BY \(order) LIMIT $\(values.count + 1)",
            values + [limit.sqlValue]
        )
    }
}
