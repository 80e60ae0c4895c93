import Billing
import Ledger
import Server
import Storage

/// The trial balance as people and as programs read it.
enum TrialBalance {
    static func shape(_ balances: [BookBalance]) -> JSON {
        let lines = balances.map { line in
            JSON.object([
                ("book", .string(line.book)), ("account", .string(line.kind.rawValue)),
                ("class", .string(line.kind.class.rawValue)), ("currency", .string(line.balance.currency.code)),
                ("balance_micros", .integer(line.balance.micros)), ("accounts", .integer(line.accounts)),
            ])
        }
        return .object([("data", .array(lines)), ("has_more", .bool(false))])
    }

    /// One table for each book and currency, each with its sum, which is zero.
    static func text(
        _ balances: [BookBalance], names: [String: String], _ rules: CurrencyRules, on terminal: Terminal
    ) throws -> String {
        let sheets = Dictionary(grouping: balances) { Sheet(book: $0.book, currency: $0.balance.currency) }
        return try sheets.sorted { $0.key < $1.key }.map { sheet, lines in
            let code = sheet.currency.code.uppercased()
            let heading = terminal.style("\(names[sheet.book] ?? sheet.book), \(code)", .bold)
            var table = Table(["account", "class", .number("debit"), .number("credit")])
            var sum = Money.zero(sheet.currency)
            for line in lines where !line.balance.isZero {
                sum = try sum.adding(line.balance)
                table.add([Table.Cell(line.kind.rawValue), Table.Cell(line.kind.class.rawValue, .dim)] + (try cells(line.balance, rules)))
            }
            let total = Table.Cell(rules.digits(sum), sum.isZero ? .green : .red)
            table.add(["", "sum of all", total, ""])
            return "\(heading)\n\(table.text(on: terminal))"
        }.joined(separator: "\n\n")
    }

    private static func cells(_ balance: Money, _ rules: CurrencyRules) throws -> [Table.Cell] {
        balance.isNegative
            ? ["", Table.Cell(rules.digits(try balance.negated()))] : [Table.Cell(rules.digits(balance)), ""]
    }

    private struct Sheet: Hashable, Comparable {
        let book: String
        let currency: Currency

        static func < (left: Self, right: Self) -> Bool {
            (left.book, left.currency.code) < (right.book, right.currency.code)
        }
    }
}
