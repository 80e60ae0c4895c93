import Billing
import Ledger
import Storage

/// A journal entry as people read it.
enum JournalText {
    static func text(_ entry: StoredEntry, _ rules: CurrencyRules, on terminal: Terminal) -> String {
        let amounts = entry.postings.map { posting in
            Currency(posting.currency).map { rules.text(Money(micros: posting.micros, $0)) } ?? "\(posting.micros)"
        }
        let paths = entry.postings.map(path)
        let pathWidth = paths.map(\.count).max() ?? 0
        let amountWidth = amounts.map(\.count).max() ?? 0
        let lines = zip(paths, amounts).map { path, amount in
            "      \(path)\(spaces(pathWidth - path.count))  \(spaces(amountWidth - amount.count))\(amount)"
        }
        let heading = "\(entry.sequence)  \(entry.postedAt.shortText)  \(terminal.style(entry.narration, .bold))"
        return ([heading, "    \(terminal.style(entry.reference, .dim))"] + lines).joined(separator: "\n")
    }

    /// The account's full name, as the export writes it.
    private static func path(_ posting: StoredPosting) -> String {
        let customer = posting.customer.isEmpty ? nil : posting.customer
        guard let kind = LedgerAccount.Kind(rawValue: posting.kind) else { return "\(posting.book):\(posting.kind)" }
        return LedgerAccount(book: posting.book, kind, customer: customer).path
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
