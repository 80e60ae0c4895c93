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

/// A fact in double entry. An entry that exists is balanced in every currency, lies in one book, has no empty posting,
/// and names a customer exactly where an account is kept for customers: there is no other way to make one.
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
        // In 128 bits, so that whether an entry balances does not depend on the order of its postings.
        var sums: [Currency: Int128] = [:]
        for posting in postings {
            let account = posting.account
            guard account.book == book else { throw .foreignBook(account.book) }
            guard account.kind.isKeptForEachCustomer == (account.customer != nil) else { throw .wrongCustomer(account) }
            guard !posting.amount.isZero else { throw .zeroPosting(account) }
            sums[posting.amount.currency, default: 0] += Int128(posting.amount.micros)
        }
        if let (currency, _) = sums.first(where: { $0.value != 0 }) { throw .unbalanced(currency) }
        self.reference = reference
        self.book = book
        self.postedAt = postedAt
        self.narration = narration
        self.postings = postings
    }
}
