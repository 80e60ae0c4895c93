public import Billing
import Ledger
public import Storage

/// A meter as a caller describes one; nothing is checked yet.
public struct NewMeter: Sendable {
    public var slug: String
    /// The slug, when there is none.
    public var name: String?
    public var rule: MeterRule

    public init(slug: String, name: String? = nil, rule: MeterRule) {
        self.slug = slug
        self.name = name
        self.rule = rule
    }
}

/// Numbers that a merchant has made of their customers' events. A meter counts what comes in after it was made; what
/// came before is not counted anew.
public struct Meters: AuditedRoom {
    public static let object = AuditLog.Object.meter

    let context: WorkerContext

    public func store(_ tx: Transaction) -> MeterStore { tx.meters }

    /// - Throws: `invalid_field`, naming it; `meter_exists`, `too_many_meters`.
    public func create(
        _ new: NewMeter, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Meter {
        let now = context.now
        let meter = Meter(
            id: .make(context.seams), account: account.id, slug: new.slug, name: new.name ?? new.slug, rule: new.rule,
            createdAt: now, updatedAt: now)
        try check(meter, in: tx)
        try requireRoom(account.id, in: tx)
        return try make(meter, by: actor, in: tx)
    }

    /// What it counts never changes; its name may.
    /// - Throws: `not_found`, `invalid_field`.
    public func rename(
        _ name: String, to newName: String?, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Meter {
        try write(name, .changed, account, by: actor, in: tx) { $0.name = newName ?? $0.name }
    }

    /// The meter counts nothing from now on; what it has counted stays.
    /// - Throws: `not_found`; `meter_in_use` while a product that is sold is priced by it.
    public func archive(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Meter {
        try write(name, .archived, account, by: actor, in: tx) { [context] meter in
            let users = try tx.products.all(account: account.id).filter { product in
                product.isLive && product.metrics.contains { $0.meter == meter.slug }
            }
            if let user = users.first {
                throw WorkerError.conflict(
                    "meter_in_use", "the product \(user.slug) is priced by it; change or archive the product first")
            }
            meter.archivedAt = meter.archivedAt ?? context.now
        }
    }

    /// The meter counts again from now on; what came in meanwhile is not counted.
    /// - Throws: `not_found`, `too_many_meters`.
    public func restore(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Meter {
        try write(name, .restored, account, by: actor, in: tx) { meter in
            if !meter.isLive { try requireRoom(account.id, in: tx) }
            meter.archivedAt = nil
        }
    }

    func willWrite(_ meter: Meter, before: Meter?, by actor: Actor, in tx: Transaction) throws {
        try context.meteringHasChanged(of: meter.account, in: tx)
    }

    private func requireRoom(_ account: ConnectedAccount.ID, in tx: Transaction) throws {
        let most = Meter.mostOfAccount
        guard try tx.meters.list(account: account, archived: false, after: nil, limit: most).count < most else {
            throw WorkerError.conflict("too_many_meters", "\(most) meters count already; archive one first")
        }
    }

    func check(_ meter: Meter, in tx: Transaction) throws {
        try FieldCheck.noCardNumber("slug", meter.slug)
        for (name, value) in meter.rule.filter.sorted(by: { $0.key < $1.key }) {
            try FieldCheck.text("filter", name, 1...80)
            try FieldCheck.text("filter.\(name)", value, 0...500)
        }
        if let field = meter.rule.field { try FieldCheck.text("field", field, 1...80) }
        if let fault = meter.fault { throw WorkerError.invalid(fault.field, fault.description) }
        try FieldCheck.text("name", meter.name, 1...800)
    }

    static func audited(_ meter: Meter) -> AuditedFields {
        var fields = AuditedFields()
        fields.add("slug", meter.slug)
        fields.add("name", meter.name)
        fields.add("aggregation", meter.rule.aggregation.rawValue)
        fields.add("field", meter.rule.field)
        fields.add("filter", meter.rule.filter)
        fields.add("archived_at", meter.archivedAt?.rfc3339)
        return fields
    }
}
