import Ledger

/// Movements between the accounts of one book, added up until they are posted.
struct PostingSheet {
    let book: String
    private var sums: [LedgerAccount.Kind: [Currency: Money]] = [:]

    init(book: String) { self.book = book }

    /// Debits one account and credits another; a negative amount moves the other way.
    mutating func move(_ amount: Money, to debited: LedgerAccount.Kind, from credited: LedgerAccount.Kind) throws {
        try add(amount, debited)
        try add(try amount.negated(), credited)
    }

    /// One posting for each account and currency that anything is left on.
    var postings: [Posting] {
        LedgerAccount.Kind.allCases.flatMap { kind in
            (sums[kind] ?? [:]).values.filter { !$0.isZero }.sorted { $0.currency < $1.currency }
                .map { Posting(LedgerAccount(book: book, kind), $0) }
        }
    }

    private mutating func add(_ amount: Money, _ kind: LedgerAccount.Kind) throws {
        let before = sums[kind]?[amount.currency] ?? .zero(amount.currency)
        sums[kind, default: [:]][amount.currency] = try before.adding(amount)
    }
}
