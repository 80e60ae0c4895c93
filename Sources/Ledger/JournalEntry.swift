/// One side of a movement: debits are positive, credits negative, and zero is refused.
public struct Posting: Hashable, Sendable {
    public let account: LedgerAccount
    public let amount: Money

    public init(_ account: LedgerAccount, _ amount: Money) {
        self.account = account
        self.amount = amount
    }

    public static func debit(_ account: LedgerAccount, _ amount: Money) -> Posting { Posting(account, amount) }

    public static func credit(_ account: LedgerAccount, _ amount: Money) throws(LedgerError) -> Posting {
        Posting(account, try amount.negated())
    }
}

/// A fact in double entry. An entry that exists is balanced in every currency, lies in one book, and has no empty posting:
/// there is no other way to make one.
public struct JournalEntry: Hashable, Sendable {
    public let reference: Reference
    public let book: String
    /// When it was posted, not when the fact happened: the journal is in the order of posting.
    public let postedAt: Instant
    /// One line for a person who reads the journal.
    public let narration: String
    public let postings: [Posting]

    public init(
        _ reference: Reference, book: String, at postedAt: Instant, narration: String, _ postings: [Posting]
    ) throws(LedgerError) {
        guard postings.count >= 2 else { throw .tooFewPostings }
        var sums: [Currency: Int64] = [:]
        for posting in postings {
            guard posting.account.book == book else { throw .foreignBook(posting.account.book) }
            guard !posting.amount.isZero else { throw .zeroPosting(posting.account) }
            let before = sums[posting.amount.currency, default: 0]
            let (sum, overflow) = before.addingReportingOverflow(posting.amount.micros)
            guard !overflow else { throw .overflow("summing an entry") }
            sums[posting.amount.currency] = sum
        }
        for (currency, sum) in sums where sum != 0 { throw .unbalanced(currency) }
        self.reference = reference
        self.book = book
        self.postedAt = postedAt
        self.narration = narration
        self.postings = postings
    }
}
