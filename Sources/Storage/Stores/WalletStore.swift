public import Billing
public import Ledger

extension Transaction {
    public var wallets: WalletStore { WalletStore(tx: self) }
}

/// A lot with all that its row tells: what it came to at first, and where it came from.
public struct StoredLot: Hashable, Sendable {
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let lot: WalletLot
    public let amountMicros: Int64
    public let topUp: TopUp.ID?
    public let reason: String?
    /// The entry that made it by giving back what no lot had paid; such a lot was not granted.
    public let givenBackBy: Int64?
    /// The charge that has paid for what was given back, or is to do so yet.
    public let charge: Charge.ID?
    /// Whether something was left of it when its time was over.
    public let isExpired: Bool

    public init(
        account: ConnectedAccount.ID, customer: Customer.ID, lot: WalletLot, amountMicros: Int64, topUp: TopUp.ID?,
        reason: String?, givenBackBy: Int64? = nil, charge: Charge.ID? = nil, isExpired: Bool = false
    ) {
        self.account = account
        self.customer = customer
        self.lot = lot
        self.amountMicros = amountMicros
        self.topUp = topUp
        self.reason = reason
        self.givenBackBy = givenBackBy
        self.charge = charge
        self.isExpired = isExpired
    }
}

/// The lots of wallets, and which entry took from which.
public struct WalletStore {
    let tx: Transaction

    public func insert(_ stored: StoredLot) throws {
        let lot = stored.lot
        try tx.execute(
            """
            INSERT INTO wallet_lots (id, account, customer, kind, priority, expires_at, amount_micros,
                remaining_micros, top_up, reason, created_at, given_back_by, charge, claimed_micros)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """, lot.id.text, stored.account.text, stored.customer.text, lot.kind.rawValue, lot.priority,
            lot.expiresAt?.millisecondsSince1970, stored.amountMicros, lot.remainingMicros, stored.topUp?.text,
            stored.reason, lot.createdAt.millisecondsSince1970, stored.givenBackBy,
            stored.charge?.text, lot.claimedMicros)
    }

    public func find(_ id: WalletLot.ID) throws -> StoredLot? {
        try tx.first("SELECT *, \(Self.expired) FROM wallet_lots WHERE id = $1", id.text).map(Self.stored)
    }

    /// The customer's lots with anything left in them.
    public func filled(of customer: Customer.ID) throws -> [WalletLot] {
        try tx.query("SELECT * FROM wallet_lots WHERE customer = $1 AND remaining_micros > 0", customer.text)
            .map(Self.lot)
    }

    /// The lots of many customers with anything left in them.
    public func filled(of customers: [Customer.ID]) throws -> [Customer.ID: [WalletLot]] {
        var lots: [Customer.ID: [WalletLot]] = [:]
        try tx.forEach(Self.fillings, rows: customers.map(\.text.sqlValue)) { row in
            lots[Customer.ID(stored: try row.text("customer")), default: []].append(try Self.lot(row))
        }
        return lots
    }

    private static let fillings = ManyRows(width: 1, row: { $0[0] }) { list in
        "SELECT * FROM wallet_lots WHERE customer IN (\(list)) AND remaining_micros > 0"
    }

    /// Newest first, those made before `after`; spent and expired ones, too.
    public func list(of customer: Customer.ID, after: WalletLot.ID?, limit: Int) throws -> [StoredLot] {
        try tx.query(
            """
            SELECT *, \(Self.expired) FROM wallet_lots
            WHERE customer = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3
            """, customer.text, after?.text ?? "", limit
        ).map(Self.stored)
    }

    /// Takes what `remaining` says less than `before` from the lot, or gives it back, under the entry that says so.
    /// - Parameter claimed: what was claimed of it when this was decided; when that has changed, nothing is moved.
    public func move(
        _ id: WalletLot.ID, from before: Int64, to remaining: Int64, claimed: Int64, under entry: Int64
    ) throws {
        let moved = try tx.execute(
            """
            UPDATE wallet_lots SET remaining_micros = $2
            WHERE id = $1 AND remaining_micros = $3 AND claimed_micros = $4
            """, id.text, remaining, before, claimed)
        guard moved == 1 else { throw StorageError(.locked, detail: "wallet_lots.remaining_micros") }
        try tx.execute(
            "INSERT INTO lot_debits (entry, lot, amount_micros) VALUES ($1, $2, $3)", entry, id.text,
            before - remaining)
    }

    /// Says how much of the lot has to stay, because refunds under way and open disputes may take it back.
    public func setClaimed(_ id: WalletLot.ID, _ micros: Int64) throws {
        try tx.execute("UPDATE wallet_lots SET claimed_micros = $2 WHERE id = $1", id.text, micros)
    }

    /// Part of an entry that a lot has paid.
    public struct Debit: Sendable {
        public let entry: Int64
        public let lot: StoredLot
        /// Less what was given back of it.
        public let micros: Int64
    }

    /// What was given back of a charge that is not at its end.
    public func awaiting(_ charge: Charge.ID) throws -> [WalletLot] {
        try tx.query("SELECT * FROM wallet_lots WHERE charge = $1 AND claimed_micros > 0", charge.text).map(Self.lot)
    }

    /// What corrections have made of a charge, oldest first; spent lots, too.
    public func made(of charge: Charge.ID) throws -> [StoredLot] {
        try tx.query("SELECT *, \(Self.expired) FROM wallet_lots WHERE charge = $1 ORDER BY id", charge.text)
            .map(Self.stored)
    }

    /// The charge has paid: what was given back of it is paid credit from now on, and can be spent.
    public func charge(_ charge: Charge.ID, hasPaid lot: WalletLot.ID, reason: String) throws {
        try tx.execute(
            """
            UPDATE wallet_lots SET kind = $3, priority = $4, claimed_micros = 0, reason = $5
            WHERE id = $2 AND charge = $1
            """, charge.text, lot.text, WalletLot.Kind.paid.rawValue, WalletLot.Kind.paid.usualPriority, reason)
    }

    /// What the entry took from each lot and nobody has given back; in no order.
    public func unreturned(of entry: Int64) throws -> [Debit] {
        try tx.query(
            """
            SELECT wallet_lots.*, \(Self.expired), lot_debits.amount_micros - lot_debits.returned_micros AS unreturned
            FROM lot_debits JOIN wallet_lots ON wallet_lots.id = lot_debits.lot
            WHERE lot_debits.entry = $1 AND lot_debits.amount_micros > lot_debits.returned_micros
            """, entry
        ).map { Debit(entry: entry, lot: try Self.stored($0), micros: try $0.int64("unreturned")) }
    }

    /// Among the newest events of a customer: those whose entries took from lots what nobody has given back, newest
    /// first, each entry once.
    /// - Parameters:
    ///   - before: the last event that was looked at; `nil` for the newest.
    ///   - product: which of them count as of the month: its slug, and the month as lines name it.
    ///   - limit: of the events that are looked at.
    /// - Returns: the last event that was looked at, too; `nil` after the oldest.
    public func recentlyDebited(
        of customer: Customer.ID, before: UsageEvent.ID?, product: String?, month: String?, limit: Int
    ) throws -> (entries: [(entry: Int64, isOfMonth: Bool)], last: UsageEvent.ID?) {
        let query = Self.recentlyDebited(of: customer, before: before, product: product, month: month, limit: limit)
        let entries = try tx.query(query.sql, values: query.values).map {
            (entry: try $0.int64("entry"), isOfMonth: try $0.bool("is_of_month"))
        }
        let last = try tx.first(
            "SELECT id FROM usage_events WHERE customer = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3",
            customer.text, before?.text ?? Self.afterEvents, limit - 1)
        return (entries, try last.map { UsageEvent.ID(stored: try $0.text("id")) })
    }

    /// Sorts after the id of any event.
    private static let afterEvents = "~"

    static func recentlyDebited(
        of customer: Customer.ID, before: UsageEvent.ID?, product: String?, month: String?, limit: Int
    ) -> (sql: String, values: [SQLValue]) {
        (
            """
            SELECT u.entry AS entry, MAX(u.is_of_month) AS is_of_month FROM (
                SELECT entry, CASE WHEN product = $2 AND rated LIKE '%"period":"' || $3 || '"%'
                    THEN 1 ELSE 0 END AS is_of_month
                FROM usage_events WHERE customer = $1 AND id < $5 ORDER BY id DESC LIMIT $4) u
            WHERE EXISTS (
                SELECT 1 FROM lot_debits d WHERE d.entry = u.entry AND d.amount_micros > d.returned_micros)
            GROUP BY u.entry ORDER BY u.entry DESC
            """,
            [
                .text(customer.text), .text(product ?? ""), .text(month ?? ""), .integer(Int64(limit)),
                .text(before?.text ?? afterEvents),
            ]
        )
    }

    /// Remembers that a lot has got back what the entry had taken from it.
    public func giveBack(_ micros: Int64, of debit: Debit) throws {
        let moved = try tx.execute(
            """
            UPDATE lot_debits SET returned_micros = returned_micros + $3
            WHERE entry = $1 AND lot = $2 AND amount_micros - returned_micros = $4
            """, debit.entry, debit.lot.lot.id.text, micros, debit.micros)
        guard moved == 1 else { throw StorageError(.locked, detail: "lot_debits.returned_micros") }
    }

    /// Which lots an entry took from, above zero, or gave back to, in the order of their making.
    public func movements(of entry: Int64) throws -> [(lot: StoredLot, micros: Int64)] {
        try tx.query(
            """
            SELECT wallet_lots.*, \(Self.expired), lot_debits.amount_micros AS moved
            FROM lot_debits JOIN wallet_lots ON wallet_lots.id = lot_debits.lot
            WHERE lot_debits.entry = $1
            UNION ALL
            SELECT wallet_lots.*, \(Self.expired), -wallet_lots.amount_micros AS moved
            FROM wallet_lots WHERE given_back_by = $1
            """, entry
        ).map { (try Self.stored($0), try $0.int64("moved")) }.sorted { $0.0.lot.id < $1.0.lot.id }
    }

    /// A customer who has a lot that is past its time.
    public func nextExpired(at now: Instant) throws -> Customer.ID? {
        try tx.first(
            """
            SELECT customer FROM wallet_lots
            WHERE remaining_micros > 0 AND expires_at IS NOT NULL AND expires_at <= $1
            ORDER BY expires_at LIMIT 1
            """, now.millisecondsSince1970
        ).map { Customer.ID(stored: try $0.text("customer")) }
    }

    static let expired = """
        CASE WHEN EXISTS (SELECT 1 FROM journal_entries e
            WHERE e.book = wallet_lots.account AND e.reference = 'lot:' || wallet_lots.id || ':expired')
            THEN 1 ELSE 0 END AS is_expired
        """

    // MARK: What is kept beside the lots

    /// When the next lot of the customer expires; until then nobody needs to look.
    public func setNextExpiry(_ customer: Customer.ID, _ next: Instant?) throws {
        try tx.execute(
            """
            INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, next_expiry, filled_micros,
                filled_at)
            VALUES ($1, '0', '0', 0, $2, 0, 0)
            ON CONFLICT (customer) DO UPDATE SET next_expiry = excluded.next_expiry
            """, customer.text, next?.millisecondsSince1970)
    }

    /// Remembers what the wallet held after the last credit: what a share of it is a share of.
    public func setFilled(_ customer: Customer.ID, _ micros: Int64, at now: Instant) throws {
        try tx.execute(
            """
            INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, filled_micros, filled_at)
            VALUES ($1, '0', '0', 0, $2, $3)
            ON CONFLICT (customer) DO UPDATE SET filled_micros = excluded.filled_micros,
                filled_at = excluded.filled_at
            """, customer.text, micros, now.millisecondsSince1970)
    }

    /// What is set apart for requests in flight, in micros.
    public func held(of customer: Customer.ID) throws -> Int64 {
        try tx.first("SELECT held_micros FROM customer_meters WHERE customer = $1", customer.text)?
            .int64("held_micros") ?? 0
    }

    /// What a wallet held after its last credit, and when that was; nothing and the beginning of time before the first.
    public func filling(of customer: Customer.ID) throws -> (micros: Int64, at: Instant, nextExpiry: Instant?)? {
        try tx.first(
            "SELECT filled_micros, filled_at, next_expiry FROM customer_meters WHERE customer = $1", customer.text
        ).map { (try $0.int64("filled_micros"), try $0.instant("filled_at"), try $0.instantOrNil("next_expiry")) }
    }

    static func lot(_ row: Row) throws -> WalletLot {
        WalletLot(
            id: WalletLot.ID(stored: try row.text("id")), kind: try row.choice("kind"),
            priority: try row.int64("priority"), expiresAt: try row.instantOrNil("expires_at"),
            remainingMicros: try row.int64("remaining_micros"), claimedMicros: try row.int64("claimed_micros"),
            createdAt: try row.instant("created_at"))
    }

    static func stored(_ row: Row) throws -> StoredLot {
        StoredLot(
            account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), lot: try lot(row),
            amountMicros: try row.int64("amount_micros"),
            topUp: try row.textOrNil("top_up").map(TopUp.ID.init(stored:)), reason: try row.textOrNil("reason"),
            givenBackBy: try row.int64OrNil("given_back_by"),
            charge: try row.textOrNil("charge").map(Charge.ID.init(stored:)), isExpired: try row.bool("is_expired"))
    }
}
