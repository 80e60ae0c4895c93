/// What the ledger refuses. Every one of these is the caller's mistake (kind *rejected*): nothing was posted.
public struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Code: String, Sendable {
        case overflow, currencyMismatch = "currency_mismatch", unbalanced, tooFewPostings = "too_few_postings"
        case zeroPosting = "zero_posting", foreignBook = "foreign_book", badReference = "bad_reference"
        case wrongCustomer = "wrong_customer"
    }

    private let name: Code

    /// Particulars for a person; never part of `description`.
    public let detail: String

    /// Stable, and fit for the label of a metric.
    public var code: String { name.rawValue }

    public var description: String {
        switch name {
        case .overflow: "the amount does not fit 64 bits"
        case .currencyMismatch: "amounts of two currencies cannot be combined"
        case .unbalanced: "the entry does not balance"
        case .tooFewPostings: "an entry needs at least two postings"
        case .zeroPosting: "a posting must not be zero"
        case .foreignBook: "all postings of an entry must lie in one book"
        case .wrongCustomer: "an account names a customer exactly when its kind is kept for customers"
        case .badReference: "a reference must be 1 to 200 printable ASCII characters without spaces"
        }
    }

    public static func overflow(_ while: String) -> Self { Self(name: .overflow, detail: `while`) }
    public static func currencyMismatch(_ left: Currency, _ right: Currency) -> Self {
        Self(name: .currencyMismatch, detail: "\(left) and \(right)")
    }
    static func unbalanced(_ currency: Currency) -> Self { Self(name: .unbalanced, detail: currency.code) }
    static let tooFewPostings = Self(name: .tooFewPostings, detail: "")
    static func zeroPosting(_ account: LedgerAccount) -> Self { Self(name: .zeroPosting, detail: account.path) }
    static func foreignBook(_ book: String) -> Self { Self(name: .foreignBook, detail: book) }
    static func wrongCustomer(_ account: LedgerAccount) -> Self { Self(name: .wrongCustomer, detail: account.path) }
    static func badReference(_ text: String) -> Self { Self(name: .badReference, detail: text) }
}
