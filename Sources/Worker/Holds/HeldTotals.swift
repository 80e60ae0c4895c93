import Billing
import Ledger
import Storage

/// Gives back what holds had set apart.
struct HeldTotals {
    let tx: Transaction

    /// Lets the customer's holds that are past their time expire.
    /// - Returns: how many micros of the customer's money are free again.
    func expire(of customer: Customer.ID, at now: Instant) throws -> Int64 {
        let expired = try tx.holds.expireDue(of: customer, at: now)
        guard !expired.isEmpty else { return 0 }
        try giveBack(expired, of: customer, account: expired[0].account)
        return expired.reduce(0) { $0 + $1.heldMicros }
    }

    /// - Parameter holds: of that customer, written down as settled in the same transaction.
    func giveBack(_ holds: [Hold], of customer: Customer.ID, account: ConnectedAccount.ID) throws {
        let whole = try holds.reduce(LimitAmounts.zero) { try $0.adding($1.amounts) }
        try tx.heldTotals.giveBack(whole, of: .ever(LimitCounterID.subject(of: account)))
        try tx.heldTotals.giveBack(whole, of: .ever(LimitCounterID.subject(of: customer)))
        for (key, holds) in Dictionary(grouping: holds.filter { $0.apiKey != nil }, by: \.apiKey) {
            guard let key = try tx.apiKeys.find(ApiKey.ID(stored: key ?? ""), account: account) else {
                throw StorageError(.corrupt, detail: "authorizations.api_key")
            }
            let part = try holds.reduce(LimitAmounts.zero) { try $0.adding($1.amounts) }
            try tx.heldTotals.giveBack(part, of: .ever(key.limitSubject))
        }
        try tx.heldTotals.giveBack(holds.reduce(0) { $0 + $1.heldMicros }, of: customer)
    }
}

extension HeldTotals {
    /// Holds that count no more, though the totals still have them: for who may only look.
    struct Expired {
        let micros: Int64
        private let use: LimitAmounts
        private let subjects: Set<String>
        private let tx: Transaction

        /// - Parameter holds: of the party's customer.
        init(_ holds: [Hold], _ party: Party, in tx: Transaction) throws {
            micros = holds.reduce(0) { $0 + $1.heldMicros }
            use = try holds.reduce(LimitAmounts.zero) { try $0.adding($1.amounts) }
            subjects = [LimitCounterID.subject(of: party.account.id), LimitCounterID.subject(of: party.customer.id)]
            self.tx = tx
        }

        func counter(_ id: LimitCounterID) throws -> LimitCounter {
            var counter = try tx.limitCounters.get(id)
            if id.period == .ever, subjects.contains(id.subject) { counter.held = try counter.held.subtracting(use) }
            return counter
        }
    }
}
