public import Billing
import Ledger
public import Storage

/// A plan as a caller describes one; nothing is checked yet.
public struct NewPlan: Sendable {
    public var slug: String
    /// The slug, when there is none.
    public var name: String?
    public var isDefault: Bool
    /// Members of `PlanTerms`, as the API writes them.
    public var terms: JSONTree?

    public init(slug: String, name: String? = nil, isDefault: Bool = false, terms: JSONTree? = nil) {
        self.slug = slug
        self.name = name
        self.isDefault = isDefault
        self.terms = terms
    }
}

/// What a caller wants to be different; what is `nil` or `.keep` stays as it is.
public struct PlanChange: Sendable {
    public var name: String?
    public var isDefault: Bool?
    /// Merged into the plan's terms: what is missing stays, what is null is taken away.
    public var terms: FieldChange<JSONTree> = .keep

    public init() {}
}

/// What a merchant sells: limits, models and prices that customers are put on. A change holds from the next request on,
/// and takes nothing away of what was used.
public struct Plans: AuditedRoom {
    public static let object = AuditLog.Object.plan

    let context: WorkerContext

    public func store(_ tx: Transaction) -> PlanStore { tx.plans }

    /// - Throws: `invalid_field`, with its path; `plan_exists`.
    public func create(
        _ new: NewPlan, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Plan {
        let now = context.now
        let terms = try new.terms.map { try TermsPatch.apply($0, to: PlanTerms()) } ?? PlanTerms()
        let plan = Plan(
            id: .make(context.seams), account: account.id, slug: new.slug, name: new.name ?? new.slug,
            isDefault: new.isDefault, terms: terms, createdAt: now, updatedAt: now)
        return try make(plan, by: actor, in: tx)
    }

    /// - Throws: `not_found`, `invalid_field`, with its path.
    public func update(
        _ name: String, _ change: PlanChange, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Plan {
        try write(name, .changed, account, by: actor, in: tx) { plan in
            plan.name = change.name ?? plan.name
            plan.isDefault = change.isDefault ?? plan.isDefault
            switch change.terms {
            case .keep: break
            case .clear: plan.terms = PlanTerms()
            case .set(let patch): plan.terms = try TermsPatch.apply(patch, to: plan.terms)
            }
        }
    }

    /// Nobody new is put on the plan from now on; who is on it stays.
    /// - Throws: `not_found`, `plan_is_default`.
    public func archive(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Plan {
        try write(name, .archived, account, by: actor, in: tx) { [context] plan in
            guard !plan.isDefault else {
                throw WorkerError.conflict("plan_is_default", "make another plan the default first, or this one not")
            }
            plan.archivedAt = plan.archivedAt ?? context.now
        }
    }

    /// Takes the plan out of the archive.
    public func restore(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Plan {
        try write(name, .restored, account, by: actor, in: tx) { $0.archivedAt = nil }
    }

    func willWrite(_ plan: Plan, before: Plan?, by actor: Actor, in tx: Transaction) throws {
        guard plan.isDefault, before?.isDefault != true else { return }
        try dethrone(except: plan.id, plan.account, by: actor, in: tx)
    }

    /// The plan that was the default is none any more.
    private func dethrone(
        except id: Plan.ID, _ account: ConnectedAccount.ID, by actor: Actor, in tx: Transaction
    ) throws {
        guard var old = try tx.plans.standard(of: account), old.id != id else { return }
        old.isDefault = false
        old.updatedAt = context.now
        try tx.plans.update(old)
        let change = AuditChange(field: "is_default", from: "true", to: "false")
        try context.audit(.changed, .plan, old.id.text, of: account, [change], by: actor, in: tx)
    }

    func check(_ plan: Plan, in tx: Transaction) throws {
        try FieldCheck.noCardNumber("slug", plan.slug)
        try FieldCheck.noCardNumber("name", plan.name)
        if let fault = plan.terms.fault { throw WorkerError.terms(fault) }
        if let fault = plan.fault { throw WorkerError.invalid(fault.field, fault.description) }
        try FieldCheck.text("name", plan.name, 1...800)
    }

    static func audited(_ plan: Plan) throws -> AuditedFields {
        var fields = AuditedFields()
        fields.add("slug", plan.slug)
        fields.add("name", plan.name)
        fields.add("is_default", plan.isDefault)
        fields.add("archived_at", plan.archivedAt?.rfc3339)
        try fields.add("terms", leavesOf: plan.terms)
        return fields
    }
}
