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

extension Desk {
    /// A page of entries.
    /// - Parameters:
    ///   - after: the entry that it comes after; 0 for the first page.
    ///   - none: what to say when there is not one.
    func text(_ entries: [StoredEntry], after: Int64, none: String) -> String {
        guard !entries.isEmpty else { return after == 0 ? none : "Nothing comes after entry \(after)." }
        return entries.map { JournalText.text($0, currencies, on: terminal) }.joined(separator: "\n\n")
    }

    /// Says where the page after these begins, to a person.
    func remarkMore(after entries: [StoredEntry]) {
        guard !terminal.json, let last = entries.last else { return }
        terminal.remark(terminal.style("There are more: add --after \(last.sequence)", .dim))
    }
}
