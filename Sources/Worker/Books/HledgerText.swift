import Billing
import Ledger
import Storage

/// The lines of an hledger journal. Amounts are decimals with all six places of the ledger's unit, so they are exact,
/// and the `commodity` lines tell hledger to judge balance to the last of them. All text is ASCII, so that it reads
/// the same in every locale. Source: hledger.org/1.25/hledger.html#journal-format
enum HledgerText {
    static func heading(_ slice: LedgerExport.Slice, book: ConnectedAccount.ID?) -> String {
        """
        ; Bursar: \(book.map { "book \($0)" } ?? "all books"), slice \(slice.number), \(slice.entries) entries, \
        up to number \(slice.through).
        ; Debits are positive. Dates are those of posting, in UTC. Check with: hledger check -s -f FILE

        decimal-mark .

        """
    }

    /// In the form of two lines, which Ledger reads, too.
    static func commodity(_ currency: String) -> String {
        "commodity \(currency.uppercased())\n  format 1000.000000 \(currency.uppercased())\n"
    }

    static func declaration(_ account: ExportStore.Account) -> String { "account \(name(account))\n" }

    static func entry(_ entry: StoredEntry, on date: CivilDate) -> String {
        let posted = entry.postedAt.day == date ? "" : "  ; posted:\(entry.postedAt.day)"
        let title = "\n\(date) (\(code(entry.reference))) \(narration(entry.narration))\(posted)\n"
        return entry.postings.reduce(title) { text, posting in
            text + "    \(name(posting))  \(amount(posting.micros, posting.currency))\n"
        }
    }

    // MARK: Balances at the ends

    enum Balances: String {
        case opening, proof
    }

    static func balancesTitle(_ kind: Balances, on date: CivilDate) -> String {
        switch kind {
        case .opening: "\n\(date) (opening) Opening balances\n"
        case .proof: "\n\(date) (proof) Every balance is as stored; nothing moves\n"
        }
    }

    /// - Returns: `nil` for an account of which there is nothing to say at that end.
    static func balance(_ account: ExportStore.Account, _ kind: Balances) -> String? {
        let line = "    \(name(account))  "
        switch kind {
        case .opening:
            return account.opening == 0 ? nil : line + "\(amount(account.opening, account.currency))\n"
        case .proof:
            let asserted = Int128(account.closing)
            return line + "\(amount(1, account.currency)) = \(amount(asserted + 1, account.currency))\n"
                + line + "\(amount(-1, account.currency)) = \(amount(asserted, account.currency))\n"
        }
    }

    // MARK: Words

    /// An exact decimal: `-12.345678 USD`.
    static func amount(_ micros: some BinaryInteger, _ currency: String) -> String {
        let (whole, rest) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let places = String(rest)
        let padded = String(repeating: "0", count: 6 - places.count) + places
        return "\(micros < 0 ? "-" : "")\(whole).\(padded) \(currency.uppercased())"
    }

    /// A reference as a transaction code, which ends at the first closing parenthesis.
    static func code(_ reference: String) -> String {
        reference.replacing("%", with: "%25").replacing("(", with: "%28").replacing(")", with: "%29")
    }

    /// A description: no comment sign, no payee sign, one line, ASCII.
    static func narration(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case ";": line += ","
            case "|": line += "/"
            case " "..."~": line.unicodeScalars.append(scalar)
            case let control where control.value < 0x20: line += " "
            case let other: line += "\\u{\(String(other.value, radix: 16))}"
            }
        }
        return line.split(separator: " ").joined(separator: " ")
    }

    private static func name(_ account: ExportStore.Account) -> String {
        name(book: account.book, kind: account.kind, customer: account.customer)
    }

    private static func name(_ posting: StoredPosting) -> String {
        name(book: posting.book, kind: posting.kind, customer: posting.customer)
    }

    private static func name(book: String, kind: String, customer: String) -> String {
        LedgerAccount(book: book, storedKind: kind, storedCustomer: customer)?.path ?? "unknown:\(book):\(kind)"
    }
}
