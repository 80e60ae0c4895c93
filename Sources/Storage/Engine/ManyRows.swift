/// A statement about many rows at once. It is made in a few lengths only, so that each stays prepared: any number of
/// rows is asked for, or written, in the longest of them that fit.
public struct ManyRows: Sendable {
    private struct Text: Sendable {
        let rows: Int
        let sql: String
    }

    private let texts: [Text]
    private let fixed: Int
    private let width: Int

    /// - Parameters:
    ///   - fixed: how many parameters come before those of the rows.
    ///   - width: how many parameters each row has.
    ///   - longest: how many rows the longest statement has.
    ///   - row: a row's parameters as they stand in the list; in parentheses, with commas between them, unless the
    ///     caller says otherwise.
    ///   - make: the statement around the list of rows.
    init(
        fixed: Int = 0, width: Int, longest: Int = 64, row: (([String]) -> String)? = nil,
        _ make: (_ list: String) -> String
    ) {
        self.fixed = fixed
        self.width = width
        texts = [64, 16, 4, 2, 1].filter { $0 <= longest }.map { rows in
            let list = (0..<rows).map { place in
                let parameters = (1...width).map { "$\(fixed + place * width + $0)" }
                return row?(parameters) ?? "(\(parameters.joined(separator: ", ")))"
            }
            return Text(rows: rows, sql: make(list.joined(separator: ", ")))
        }
    }

    /// - Parameter values: those of all rows, one row after the other.
    fileprivate func forEachPart(
        _ fixedValues: [SQLValue], _ values: [SQLValue], _ body: (_ sql: String, _ values: [SQLValue]) throws -> Void
    ) throws {
        guard fixedValues.count == fixed, values.count.isMultiple(of: width) else {
            throw StorageError(.misuse, detail: "\(values.count) values for rows of \(width)")
        }
        var start = 0
        for text in texts {
            let length = text.rows * width
            while values.count - start >= length {
                try body(text.sql, fixedValues + values[start..<(start + length)])
                start += length
            }
        }
    }
}

extension Transaction {
    /// - Returns: how many rows were inserted, changed or deleted.
    @discardableResult
    func execute(_ statement: ManyRows, _ fixed: [SQLValue] = [], rows: [SQLValue]) throws -> Int {
        var changed = 0
        try statement.forEachPart(fixed, rows) { sql, values in changed += try execute(sql, values: values) }
        return changed
    }

    func forEach(
        _ statement: ManyRows, _ fixed: [SQLValue] = [], rows: [SQLValue], body: (Row) throws -> Void
    ) throws {
        try statement.forEachPart(fixed, rows) { sql, values in try forEach(sql, values: values, body: body) }
    }
}
