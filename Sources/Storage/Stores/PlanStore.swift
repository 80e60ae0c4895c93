public import Billing
import Ledger

extension Transaction {
    public var plans: PlanStore { PlanStore(tx: self) }
}

public struct PlanStore: SluggedStore {
    public static let table = "plans"

    public let tx: Transaction

    /// The plan must not be the default while another one is.
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

    public func update(_ plan: Plan) throws {
        try tx.execute(
            """
            UPDATE plans SET name = $2, is_default = $3, terms = $4, archived_at = $5, updated_at = $6 WHERE id = $1
            """, plan.id.text, plan.name, plan.isDefault, try plan.terms.json(),
            plan.archivedAt?.millisecondsSince1970, plan.updatedAt.millisecondsSince1970)
    }

    /// The plan that new customers are put on.
    public func standard(of account: ConnectedAccount.ID) throws -> Plan? {
        try tx.first("SELECT * FROM plans WHERE account = $1 AND is_default = 1", account.text).map(Self.entity)
    }

    public static func entity(_ row: Row) throws -> Plan {
        Plan(
            id: Plan.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            slug: try row.text("slug"), name: try row.text("name"), isDefault: try row.bool("is_default"),
            terms: try StoredText.planTerms(try row.text("terms")), archivedAt: try row.instantOrNil("archived_at"),
            createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
    }
}
