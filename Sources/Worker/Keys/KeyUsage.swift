public import Billing
import Ledger
public import Storage

/// What was done with a key, and with those of its chain of rotations: they spend against one cap.
public struct KeyUsage: Sendable {
    /// One model's part of it.
    public struct Part: Sendable {
        /// `nil` where the usage did not say.
        public let provider: String?
        public let model: String?
        public let figures: UsageFigures<Int128>
    }

    public let key: ApiKey
    /// What customers were billed for it, and what its requests in flight may still take, in micros.
    public let spentMicros: Int64
    public let heldMicros: Int64
    /// In the order of what was spent, most first.
    public let parts: [Part]

    /// What may still be spent; 0 where more was, for usage that has happened is recorded above a cap, too. `nil`
    /// without a cap.
    public var remainingMicros: Int64? {
        key.maxSpend.map { Int64(clamping: max(0, Int128($0) - Int128(spentMicros) - Int128(heldMicros))) }
    }

    /// How much of the cap was spent, rounded down; what is only held is no part of it. `nil` without a cap.
    public var percent: Int64? {
        key.maxSpend.map { $0 > 0 ? Int64(clamping: max(0, Int128(spentMicros)) * 100 / Int128($0)) : 100 }
    }
}

extension Keys {
    /// In all the key's life, read from running totals.
    /// - Throws: `not_found`, also for a key of somebody else.
    public func usage(_ id: ApiKey.ID, account: ConnectedAccount.ID, in tx: Transaction) throws -> KeyUsage {
        let key = try get(id, account: account, in: tx)
        let counter = try LimitCounters(context: context).get(LimitSubject(key: key), .ever, in: tx)
        var sums: [[String]: UsageFigures<Int128>] = [:]
        for link in try tx.apiKeys.chain(of: key.countedAs) {
            let question = UsageTotalsQuestion(
                account: account, filters: [.key: link.text], groupedBy: [.provider, .model], isByStart: false)
            try tx.usageTotals.forEach(question, in: .always) { group, figures in
                sums[group.values] = try sums[group.values]?.adding(figures) ?? figures
            }
        }
        let parts = sums.sorted { left, right in
            (right.value.priceMicros, left.key[0], left.key[1]) < (left.value.priceMicros, right.key[0], right.key[1])
        }
        return KeyUsage(
            key: key, spentMicros: counter.used.spendMicros, heldMicros: counter.held.spendMicros,
            parts: parts.map { names, figures in
                KeyUsage.Part(provider: Self.said(names[0]), model: Self.said(names[1]), figures: figures)
            })
    }

    private static func said(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension UsageTotalsStretch {
    fileprivate static let always = UsageTotalsStretch(
        span: .day, from: Instant(millisecondsSince1970: .min), to: Instant(millisecondsSince1970: .max))
}
