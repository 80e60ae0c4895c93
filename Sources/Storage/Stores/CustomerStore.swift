public import Billing
import Ledger

extension Transaction {
    public var customers: CustomerStore { CustomerStore(tx: self) }
}

public struct CustomerStore {
    let tx: Transaction

    /// - Returns: `false` when the account already has a customer of that external id; nothing is changed then.
    public func insert(_ customer: Customer) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO customers (id, account, external_id, name, email, metadata, stripe_customer, payment_method,
                price_carry, charge_due, plan, status, blocked_reason, blocked_at, time_zone, prepaid, organization,
                search, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (account, external_id) DO NOTHING
            """, customer.id.text, customer.account.text, customer.externalID, customer.name, customer.email,
            try StoredText.metadata(customer.metadata), customer.stripeCustomer, customer.paymentMethod,
            customer.priceCarry, customer.plan?.text, customer.status.rawValue, customer.blockedReason,
            customer.blockedAt?.millisecondsSince1970, customer.timeZone, customer.prepaid, customer.organization,
            SearchText.of(customer), customer.createdAt.millisecondsSince1970) == 1
    }

    /// Writes who the customer is and how they pay; neither their settings nor their status.
    public func update(_ customer: Customer) throws {
        try tx.execute(
            """
            UPDATE customers SET name = $2, email = $3, metadata = $4, stripe_customer = $5, payment_method = $6,
                price_carry = $7, search = $8
            WHERE id = $1
            """, customer.id.text, customer.name, customer.email, try StoredText.metadata(customer.metadata),
            customer.stripeCustomer, customer.paymentMethod, customer.priceCarry, SearchText.of(customer))
    }

    /// Writes plan, time zone, prepaid and organization.
    public func updateSettings(_ customer: Customer) throws {
        try tx.execute(
            "UPDATE customers SET plan = $2, time_zone = $3, prepaid = $4, organization = $5 WHERE id = $1",
            customer.id.text, customer.plan?.text, customer.timeZone, customer.prepaid, customer.organization)
    }

    public func setStatus(_ customer: Customer) throws {
        try tx.execute(
            "UPDATE customers SET status = $2, blocked_reason = $3, blocked_at = $4 WHERE id = $1", customer.id.text,
            customer.status.rawValue, customer.blockedReason, customer.blockedAt?.millisecondsSince1970)
    }

    /// How the wallet fills itself is changed by itself, so that no late write of the rest takes it back.
    public func setAutoTopUp(_ id: Customer.ID, _ policy: AutoTopUpPolicy?) throws {
        try tx.execute("UPDATE customers SET auto_top_up = $2 WHERE id = $1", id.text, try policy?.json())
    }

    public func find(_ id: Customer.ID) throws -> Customer? {
        try tx.first("SELECT * FROM customers WHERE id = $1", id.text).map(Self.customer)
    }

    /// The first of the account's customers after `after`, in the order of their ids.
    public func first(of account: ConnectedAccount.ID, after: String) throws -> Customer.ID? {
        try tx.first(
            "SELECT id FROM customers WHERE account = $1 AND id > $2 ORDER BY id LIMIT 1", account.text, after
        ).map { Customer.ID(stored: try $0.text(at: 0)) }
    }

    public func find(externalID: String, account: ConnectedAccount.ID) throws -> Customer? {
        try tx.first("SELECT * FROM customers WHERE account = $1 AND external_id = $2", account.text, externalID)
            .map(Self.customer)
    }

    /// Those of them that there are, in no order.
    public func find(externalIDs: [String], account: ConnectedAccount.ID) throws -> [Customer] {
        var found: [Customer] = []
        try tx.forEach(Self.named, [account.text.sqlValue], rows: externalIDs.map(\.sqlValue)) { row in
            found.append(try Self.customer(row))
        }
        return found
    }

    private static let named = ManyRows(fixed: 1, width: 1, row: { $0[0] }) { list in
        "SELECT * FROM customers WHERE account = $1 AND external_id IN (\(list))"
    }

    /// Newest first, those made before `after`.
    public func list(_ filter: CustomerFilter, after: Customer.ID?, limit: Int) throws -> [Customer] {
        try filter.conditions(after: after).rows("customers", order: "id DESC", limit: limit, in: tx)
            .map(Self.customer)
    }

    /// Whether Stripe knows any of the account's customers.
    public func isAnyAtStripe(account: ConnectedAccount.ID) throws -> Bool {
        try tx.first(
            "SELECT 1 AS one FROM customers WHERE account = $1 AND stripe_customer IS NOT NULL LIMIT 1", account.text
        ) != nil
    }

    // MARK: Who is due for a charge

    public func markDue(_ id: Customer.ID) throws {
        try tx.execute("UPDATE customers SET charge_due = 1 WHERE id = $1", id.text)
    }

    /// Marks every customer of the account that owes anything, or at least so many micros.
    public func markAllDue(account: ConnectedAccount.ID, owing least: Int64 = 1) throws {
        try tx.execute(
            """
            UPDATE customers SET charge_due = 1 WHERE account = $1 AND id IN (
                SELECT customer FROM ledger_accounts WHERE book = $1 AND kind = 'accrued' AND balance >= $2)
            """, account.text, least)
    }

    public func clearDue(_ id: Customer.ID) throws {
        try tx.execute("UPDATE customers SET charge_due = 0 WHERE id = $1", id.text)
    }

    public func nextDue() throws -> Customer? {
        try tx.first("SELECT * FROM customers WHERE charge_due = 1 ORDER BY id LIMIT 1").map(Self.customer)
    }

    static func customer(_ row: Row) throws -> Customer {
        Customer(
            id: Customer.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            externalID: try row.text("external_id"), name: try row.textOrNil("name"), email: try row.textOrNil("email"),
            metadata: try StoredText.metadata(try row.text("metadata")),
            stripeCustomer: try row.textOrNil("stripe_customer"),
            paymentMethod: try row.textOrNil("payment_method"), priceCarry: try row.int64("price_carry"),
            autoTopUp: try Self.autoTopUp(row),
            plan: try row.textOrNil("plan").map(Plan.ID.init(stored:)), status: try row.choice("status"),
            blockedReason: try row.textOrNil("blocked_reason"), blockedAt: try row.instantOrNil("blocked_at"),
            timeZone: try row.textOrNil("time_zone"), prepaid: try row.boolOrNil("prepaid"),
            organization: try row.textOrNil("organization"), createdAt: try row.instant("created_at"))
    }

    private static func autoTopUp(_ row: Row) throws -> AutoTopUpPolicy? {
        guard let json = try row.textOrNil("auto_top_up") else { return nil }
        do { return try AutoTopUpPolicy(json: json) } catch { throw StorageError(.corrupt, detail: "auto_top_up") }
    }
}
