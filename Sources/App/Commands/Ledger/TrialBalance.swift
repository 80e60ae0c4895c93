import Billing
import Ledger
import Storage

/// The trial balance as people read it.
enum TrialBalance {
    /// One table for each book and currency; what its two columns come to is the same.
    static func text(
        _ balances: [BookBalance], names: [String: String], _ rules: CurrencyRules, on terminal: Terminal
    ) throws -> String {
        let sheets = Dictionary(grouping: balances) { Sheet(book: $0.book, currency: $0.balance.currency) }
        return try sheets.sorted { $0.key < $1.key }.map { sheet, lines in
            let code = sheet.currency.code.uppercased()
            let heading = terminal.style("\(names[sheet.book] ?? sheet.book), \(code)", .bold)
            var table = Table(["account", "class", .number("debit"), .number("credit")])
            var (debits, credits) = (Money.zero(sheet.currency), Money.zero(sheet.currency))
            for line in lines where !line.balance.isZero {
                let amount = line.balance.isNegative ? try line.balance.negated() : line.balance
                let cell = Table.Cell(rules.digits(amount))
                if line.balance.isNegative {
                    credits = try credits.adding(amount)
                } else {
                    debits = try debits.adding(amount)
                }
                let kind = Table.Cell(line.kind.class.rawValue, .dim)
                table.add(
                    [Table.Cell(line.kind.rawValue), kind] + (line.balance.isNegative ? ["", cell] : [cell, ""]))
            }
            let colour: Terminal.Colour = debits == credits ? .green : .red
            table.add([
                "total", "", Table.Cell(rules.digits(debits), colour), Table.Cell(rules.digits(credits), colour),
            ])
            return "\(heading)\n\(table.text(on: terminal))"
        }.joined(separator: "\n\n")
    }

    private struct Sheet: Hashable, Comparable {
        let book: String
        let currency: Currency

        static func < (left: Self, right: Self) -> Bool {
            (left.book, left.currency.code) < (right.book, right.currency.code)
        }
    }
}
