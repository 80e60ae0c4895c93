public import Billing
import Foundation
import Ledger
public import Storage

/// A product as a caller describes one; nothing is checked yet.
public struct NewProduct: Sendable {
    public var slug: String
    /// The slug, when there is none.
    public var name: String?
    /// A list of metrics, as the API writes them.
    public var metrics: JSONTree

    public init(slug: String, name: String? = nil, metrics: JSONTree) {
        self.slug = slug
        self.name = name
        self.metrics = metrics
    }
}

/// What a caller wants to be different; what is `nil` stays as it is.
public struct ProductChange: Sendable {
    public var name: String?
    /// All metrics; those that are not among them are metrics of the product no more.
    public var metrics: JSONTree?

    public init() {}
}

/// What a merchant sells by meters. A change holds from the next event on; no line that was posted changes.
public struct Products: AuditedRoom {
    public static let object = AuditLog.Object.product

    let context: WorkerContext

    public func store(_ tx: Transaction) -> ProductStore { tx.products }

    /// - Throws: `invalid_field`, with its path; `unknown_meter`, `product_exists`.
    public func create(
        _ new: NewProduct, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Product {
        let now = context.now
        let product = Product(
            id: .make(context.seams), account: account.id, slug: new.slug, name: new.name ?? new.slug,
            metrics: try ProductMetrics.read(new.metrics), createdAt: now, updatedAt: now)
        return try make(product, by: actor, in: tx)
    }

    /// The total of the month stays: the next event costs what the new tiers say of the total after it, less what they
    /// say of the total before it.
    /// - Throws: `not_found`; `invalid_field`, with its path; `unknown_meter`.
    public func update(
        _ name: String, _ change: ProductChange, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Product {
        try write(name, .changed, account, by: actor, in: tx) { product in
            product.name = change.name ?? product.name
            if let metrics = change.metrics { product.metrics = try ProductMetrics.read(metrics) }
        }
    }

    /// Events that name it are refused from now on.
    /// - Throws: `not_found`.
    public func archive(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Product {
        try write(name, .archived, account, by: actor, in: tx) { [context] product in
            product.archivedAt = product.archivedAt ?? context.now
        }
    }

    /// Takes the product out of the archive.
    /// - Throws: `not_found`; `unknown_meter` when one of its meters is in the archive.
    public func restore(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Product {
        try write(name, .restored, account, by: actor, in: tx) { $0.archivedAt = nil }
    }

    func willWrite(_ product: Product, before: Product?, by actor: Actor, in tx: Transaction) throws {
        try context.meteringHasChanged(of: product.account, in: tx)
    }

    func check(_ product: Product, in tx: Transaction) throws {
        try FieldCheck.noCardNumber("slug", product.slug)
        if let fault = product.fault { throw WorkerError.invalid(fault.field, fault.description) }
        try FieldCheck.text("name", product.name, 1...800)
        guard product.isLive else { return }
        for (place, metric) in product.metrics.enumerated() {
            let meter = try tx.meters.find(slug: metric.meter, account: product.account)
            guard meter?.isLive == true else {
                throw WorkerError.invalid(
                    "metrics.\(place).meter", "the account has no meter \(metric.meter) that counts; make it first",
                    code: "unknown_meter")
            }
        }
    }

    static func audited(_ product: Product) throws -> AuditedFields {
        var fields = AuditedFields()
        fields.add("slug", product.slug)
        fields.add("name", product.name)
        fields.add("archived_at", product.archivedAt?.rfc3339)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for metric in product.metrics {
            fields.add("metrics.\(metric.meter)", String(decoding: try encoder.encode(metric), as: UTF8.self))
        }
        return fields
    }
}

/// Metrics as a caller writes them. Every refusal names the field by its path: `metrics.0.bands.1.unit_rate`.
private enum ProductMetrics {
    private static let longest = 256 * 1024

    static func read(_ tree: JSONTree) throws -> [ProductMetric] {
        guard case .list = tree else { throw WorkerError.invalid("metrics", "metrics must be a list") }
        let text = try JSONEncoder().encode(tree)
        guard text.count <= longest else {
            throw WorkerError.invalid("metrics", "metrics must take at most \(longest) bytes of JSON")
        }
        let metrics: [ProductMetric]
        do { metrics = try JSONDecoder().decode([ProductMetric].self, from: text) } catch let fault as DecodingError {
            throw WorkerError.terms(TermsFault(fault), field: "metrics")
        }
        for (place, metric) in metrics.enumerated() {
            try FieldCheck.text("metrics.\(place).meter", metric.meter, 1...40)
            for (number, band) in metric.tiers.bands.enumerated() {
                try FieldCheck.text("metrics.\(place).bands.\(number).name", band.name, 1...100)
            }
        }
        return metrics
    }
}
