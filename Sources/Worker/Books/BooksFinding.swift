/// A row of the books that contradicts another.
public struct BooksFinding: Hashable, Sendable {
    /// What does not hold.
    public enum Rule: String, CaseIterable, Sendable {
        /// The journal leaves out a number: an entry is gone.
        case gap
        /// An entry is not the one that was posted: it, a posting of it, or its account was changed, or it was put in
        /// or moved; or the last one was taken off.
        case chainBroken = "chain_broken"
        case tooFewPostings = "too_few_postings"
        /// The postings of an entry are not numbered 0, 1, 2 …: one is gone.
        case postingMissing = "posting_missing"
        case zeroPosting = "zero_posting"
        case unbalanced
        case foreignBook = "foreign_book"
        /// An account of a kind, customer or currency that cannot be.
        case badAccount = "bad_account"
        case badReference = "bad_reference"
        /// An entry of a fact that is not there, or does not stand as the entry says.
        case factMissing = "fact_missing"
        /// The stored balance is not the sum of the postings.
        case balanceDiffers = "balance_differs"
        case floorCrossed = "floor_crossed"
        /// What is pending is not what the customer's open charge asks for.
        case pendingDiffers = "pending_differs"
        /// The accounts of one book and currency do not add up to zero.
        case bookUnbalanced = "book_unbalanced"
        /// A charge whose entries do not say what its status says.
        case chargeDiffers = "charge_differs"
        case topUpDiffers = "top_up_differs"
        /// A refund whose entries do not say what its status says, or a payment that counts others than it has, or of
        /// which something else was deducted than has gone back.
        case refundDiffers = "refund_differs"
        /// A dispute whose movements are not what its entries say, or whose claim on a wallet is another.
        case disputeDiffers = "dispute_differs"
        /// Usage that no entry posts, or an entry that posts something else than its events say.
        case usageDiffers = "usage_differs"
        /// Running totals of a customer's usage that are not the sums of the events.
        case totalsDiffer = "totals_differ"
        /// What is left in the lots of a wallet is not what the wallet holds.
        case walletDiffers = "wallet_differs"
        /// A lot whose amount is not what was taken from it and what is left, or is not what its entry says.
        case lotDiffers = "lot_differs"
        /// An entry of the audit log is not the one that was written, or not in its place; or one was put in, or is
        /// gone.
        case auditLogChanged = "audit_log_changed"
    }

    public let rule: Rule
    /// The id of the account whose book it is; empty where a row is missing that would say.
    public let book: String
    /// Which row: `entry 17`, `account 4`, or an id.
    public let row: String
    /// What it holds, for a person.
    public let detail: String

    init(_ rule: Rule, book: String, row: String, _ detail: String) {
        self.rule = rule
        self.book = book
        self.row = row
        self.detail = detail
    }
}
