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
public struct Plans: Sendable {
    let context: WorkerContext

    /// - Throws: `invalid_field`, with its path; `plan_exists`.
    public func create(
        _ new: NewPlan, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Plan {
        let now = context.now
        let terms = try new.terms.map { try TermsPatch.apply($0, to: PlanTerms()) } ?? PlanTerms()
        let plan = Plan(
            id: .make(context.seams), account: account.id, slug: new.slug, name: new.name ?? new.slug,
            isDefault: new.isDefault, terms: terms, createdAt: now, updatedAt: now)
        try check(plan)
        if plan.isDefault { try dethrone(except: plan.id, account.id, by: actor, in: tx) }
        guard try tx.plans.insert(plan) else {
            throw WorkerError(
                .conflict, "plan_exists", "the account already has a plan with this slug", field: "slug")
        }
        let changes = AuditedFields.changes(to: try plan.audited())
        try context.audit(.created, .plan, plan.id.text, of: account.id, changes, by: actor, in: tx)
        return plan
    }

    /// - Parameter name: our id (`bpln_…`) or the slug.
    /// - Throws: `not_found`.
    public func get(_ name: String, account: ConnectedAccount.ID, in tx: Transaction) throws -> Plan {
        if let id = Plan.ID(name), let plan = try tx.plans.find(id), plan.account == account { return plan }
        guard let plan = try tx.plans.find(slug: name, account: account) else { throw WorkerError.notFound("plan") }
        return plan
    }

    /// Newest first, those made before `after`.
    /// - Parameter archived: `nil` for all.
    public func list(
        account: ConnectedAccount, archived: Bool? = nil, after: Plan.ID? = nil, limit: Int, in tx: Transaction
    ) throws -> [Plan] {
        try tx.plans.list(account: account.id, archived: archived, after: after, limit: limit)
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

    private func write(
        _ name: String, _ action: AuditLog.Action, _ account: ConnectedAccount, by actor: Actor, in tx: Transaction,
        change: (inout Plan) throws -> Void
    ) throws -> Plan {
        let before = try get(name, account: account.id, in: tx)
        var plan = before
        try change(&plan)
        try check(plan)
        guard plan != before else { return plan }
        plan.updatedAt = context.now
        if plan.isDefault, !before.isDefault { try dethrone(except: plan.id, account.id, by: actor, in: tx) }
        try tx.plans.update(plan)
        let changes = AuditedFields.changes(from: try before.audited(), to: try plan.audited())
        try context.audit(action, .plan, plan.id.text, of: account.id, changes, by: actor, in: tx)
        return plan
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

    private func check(_ plan: Plan) throws {
        try FieldCheck.noCardNumber("slug", plan.slug)
        try FieldCheck.noCardNumber("name", plan.name)
        if let fault = plan.terms.fault { throw WorkerError.terms(fault) }
        if let fault = plan.fault { throw WorkerError.invalid(fault.field, fault.description) }
        try FieldCheck.text("name", plan.name, 1...800)
    }
}
