public import Billing
public import Ledger
public import Storage

/// Credit that a merchant gives by hand.
public struct NewGrant: Hashable, Sendable {
    public var amountMicros: Int64
    /// `promotional`, or `paidOutside` for what the customer has paid past Stripe.
    public var kind: WalletLot.Kind
    /// What is small is spent first; the kind's usual one, when the caller does not say.
    public var priority: Int64?
    /// From then on it is worth nothing; never, when the caller does not say.
    public var expiresAt: Instant?
    /// Why, for those who look at it later.
    public var reason: String

    public init(
        amountMicros: Int64, kind: WalletLot.Kind, priority: Int64? = nil, expiresAt: Instant? = nil, reason: String
    ) {
        self.amountMicros = amountMicros
        self.kind = kind
        self.priority = priority
        self.expiresAt = expiresAt
        self.reason = reason
    }
}

/// Wallet credit given by hand: a lot, and its entry, in one commit.
public struct Grants: Sendable {
    let context: WorkerContext

    /// A billion of the major unit: a slip of the hand must not fill a book's 64 bits.
    static let largest: Int64 = 1_000_000_000_000_000
    static let priorities: ClosedRange<Int64> = 0...1_000

    /// What had accrued is paid from it at once.
    public func give(
        _ new: NewGrant, to customer: Customer, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> StoredLot {
        let now = context.now
        try check(new, at: now)
        let lot = WalletLot(
            id: .make(context.seams), kind: new.kind, priority: new.priority ?? new.kind.usualPriority,
            expiresAt: new.expiresAt, remainingMicros: new.amountMicros, createdAt: now)
        let stored = StoredLot(
            account: account.id, customer: customer.id, lot: lot, amountMicros: new.amountMicros, topUp: nil,
            reason: new.reason)
        let amount = Money(micros: new.amountMicros, account.currency)
        let entry = try BookEntries(book: account.book, at: now).granted(lot, amount, customer: customer.id)
        try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).fill(
            stored, entry, cause: lot.id.text, at: now)
        try DebtBlock(context: context, tx: tx).lift(customer.id, in: account.currency)
        try context.audit(
            .granted, .grant, lot.id.text, of: account.id, AuditedFields.changes(to: stored.audited), by: actor, in: tx)
        return try tx.wallets.find(lot.id) ?? stored
    }

    /// The customer's lots, the newest first: top-ups, too, and what is spent or has expired.
    public func list(
        customer: Customer, after: WalletLot.ID?, limit: Int, in tx: Transaction
    ) throws -> [StoredLot] {
        try tx.wallets.list(of: customer.id, after: after, limit: limit)
    }

    private func check(_ new: NewGrant, at now: Instant) throws(WorkerError) {
        guard (1...Self.largest).contains(new.amountMicros) else {
            throw .invalid("amount_micros", "amount_micros must be 1 to \(Self.largest)")
        }
        guard new.kind != .paid else {
            throw .invalid("kind", "kind must be promotional or paid_outside; what Stripe takes is a top-up")
        }
        if let priority = new.priority, !Self.priorities.contains(priority) {
            let last = Self.priorities.upperBound
            throw .invalid("priority", "priority must be 0 to \(last); what is small is spent first")
        }
        if let expiresAt = new.expiresAt, expiresAt <= now {
            throw .invalid("expires_at", "expires_at must lie in the future", code: "expiry_in_the_past")
        }
        try FieldCheck.text("reason", new.reason, 1...500)
    }
}

extension StoredLot {
    var audited: AuditedFields {
        var fields = AuditedFields()
        fields.add("customer", customer.text)
        fields.add("kind", lot.kind.rawValue)
        fields.add("amount_micros", amountMicros)
        fields.add("priority", lot.priority)
        fields.add("expires_at", lot.expiresAt?.rfc3339)
        fields.add("reason", reason)
        return fields
    }

    /// How it stands, in a word of the API's.
    public func status(at now: Instant) -> String {
        if isExpired || (lot.remainingMicros > 0 && lot.isExpired(at: now)) { return "expired" }
        return lot.remainingMicros > 0 ? "open" : "spent"
    }
}
