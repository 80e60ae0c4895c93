public import Billing
import Ledger

extension Transaction {
    public var plans: PlanStore { PlanStore(tx: self) }
}

public struct PlanStore {
    let tx: Transaction

    /// The plan must not be the default while another one is.
    /// - Returns: `false` when the account already has a plan of that slug; nothing is changed then.
    public func insert(_ plan: Plan) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO plans (id, account, slug, name, is_default, terms, archived_at, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (account, slug) DO NOTHING
            """, plan.id.text, plan.account.text, plan.slug, plan.name, plan.isDefault, try plan.terms.json(),
            plan.archivedAt?.millisecondsSince1970, plan.createdAt.millisecondsSince1970,
            plan.updatedAt.millisecondsSince1970) == 1
    }

    /// Writes everything that can change.
    public func update(_ plan: Plan) throws {
        try tx.execute(
            """
            UPDATE plans SET name = $2, is_default = $3, terms = $4, archived_at = $5, updated_at = $6 WHERE id = $1
            """, plan.id.text, plan.name, plan.isDefault, try plan.terms.json(),
            plan.archivedAt?.millisecondsSince1970, plan.updatedAt.millisecondsSince1970)
    }

    public func find(_ id: Plan.ID) throws -> Plan? {
        try tx.first("SELECT * FROM plans WHERE id = $1", id.text).map(Self.plan)
    }

    public func find(slug: String, account: ConnectedAccount.ID) throws -> Plan? {
        try tx.first("SELECT * FROM plans WHERE account = $1 AND slug = $2", account.text, slug).map(Self.plan)
    }

    /// The plan that new customers are put on.
    public func standard(of account: ConnectedAccount.ID) throws -> Plan? {
        try tx.first("SELECT * FROM plans WHERE account = $1 AND is_default = 1", account.text).map(Self.plan)
    }

    /// Newest first, those made before `after`.
    public func list(
        account: ConnectedAccount.ID, archived: Bool?, after: Plan.ID?, limit: Int
    ) throws -> [Plan] {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("(archived_at IS NOT NULL) = (? = 1)", archived)
        query.add("id < ?", after?.text)
        return try query.rows("plans", order: "id DESC", limit: limit, in: tx).map(Self.plan)
    }

    static func plan(_ row: Row) throws -> Plan {
        Plan(
            id: Plan.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            slug: try row.text("slug"), name: try row.text("name"), isDefault: try row.bool("is_default"),
            terms: try StoredText.planTerms(try row.text("terms")), archivedAt: try row.instantOrNil("archived_at"),
            createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
    }
}
