import Billing
import Foundation
import Ledger
import Storage

/// Where a run stands, written down after each unit, so that whoever comes next goes on from there.
struct ReconciliationCursor: Codable, Hashable, Sendable {
    /// What is done for one account, in this order; `books` comes once, after the last account.
    enum Phase: String, Codable, CaseIterable, Sendable {
        /// Stripe's list of events, from which those that did not arrive go into the inbox.
        case events
        /// The inbox works them off.
        case settling
        case charges
        case topUps = "top_ups"
        case refunds
        /// Stripe's list of disputes, for those that nobody has told of.
        case newDisputes = "new_disputes"
        case disputes
        case balance
        /// Payments that have no line in the Stripe balance.
        case missing
        /// What is unexplained on the account's lines, of this run or of an earlier one.
        case findings
        case books
    }

    /// The account that is being compared; `nil` between two.
    var account: String?
    /// The last account that was; accounts are taken in the order of falling ids.
    var lastAccount = ""
    var phase = Phase.events
    /// The last thing seen in this phase: an id of Stripe's or of ours.
    var after = ""
    /// Where the list of this phase begins and how far it reached: seconds since 1970, by Stripe's clock.
    var since: Int64?
    var newest: Int64?
    /// How many events the inbox may still work off for this run.
    var inboxSteps = 0
    /// Charges, top-ups and refunds that were not at their end when the account's turn came.
    var openBefore: Int64 = 0
    var books: BooksPosition?

    mutating func enter(_ phase: Phase) {
        self.phase = phase
        after = ""
        since = nil
        newest = nil
    }
}

extension ReconciliationRecord.Scope {
    var phases: [ReconciliationCursor.Phase] {
        switch self {
        case .events: [.events, .settling, .balance]
        case .openObjects: [.charges, .topUps, .refunds, .disputes]
        case .full:
            [
                .events, .settling, .charges, .topUps, .refunds, .newDisputes, .disputes, .balance, .missing, .findings,
            ]
        }
    }
}

/// What a run came to so far.
public struct ReconciliationSummary: Codable, Hashable, Sendable {
    /// Accounts compared to the end.
    public internal(set) var accounts: Int64 = 0
    /// Accounts that could not be.
    public internal(set) var notChecked: Int64 = 0
    /// Events that had not arrived.
    public internal(set) var eventsFound: Int64 = 0
    /// Charges, top-ups and refunds made before the run that it, or what it found, brought to their end.
    public internal(set) var healed: Int64 = 0
    /// Lines of Stripe balances that were not in the books.
    public internal(set) var balanceTransactions: Int64 = 0
    public internal(set) var discrepancies: Int64 = 0
    /// Rows of the books that were read again.
    public internal(set) var bookRows: Int64 = 0

    enum CodingKeys: String, CodingKey {
        case accounts, healed, discrepancies
        case notChecked = "not_checked"
        case eventsFound = "events_found"
        case balanceTransactions = "balance_transactions"
        case bookRows = "book_rows"
    }
}

/// A run as one works with it.
struct ReconciliationState: Sendable {
    let record: ReconciliationRecord
    var cursor: ReconciliationCursor
    var summary: ReconciliationSummary

    init(_ record: ReconciliationRecord) throws {
        self.record = record
        cursor = try Self.decoded(record.cursor)
        summary = try Self.decoded(record.summary)
    }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decoded<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
