public import Billing
import Foundation
public import Storage

/// What a caller wants to be let do: a customer, a key or both, and what it will probably take.
public struct NewAuthorization: Hashable, Sendable {
    /// Our id or the merchant's external id; the customer is made on first use. A key of a customer's stands for them.
    public var customer: String?
    /// The id or the secret of an API key of the account or of one of its customers.
    public var key: String?
    public let estimate: UsageEstimate
    /// The estimate as it is stored; written here, where no transaction waits for it.
    let estimateText: String
    /// Seconds; as the account's terms say, when the caller does not.
    public var expiresIn: Int64?
    /// Whose key the caller came with; it counts where no other is named, if it has bounds of its own.
    public var caller: ApiKey.ID?
    /// The only customer that the caller may speak of.
    public var bound: Customer.ID?

    public init(customer: String? = nil, key: String? = nil, estimate: UsageEstimate, expiresIn: Int64? = nil) throws {
        self.customer = customer
        self.key = key
        self.estimate = estimate
        estimateText = try estimate.json
        self.expiresIn = expiresIn
    }
}

/// What a request will probably take: an amount, or what the amount comes from.
public struct UsageEstimate: Hashable, Codable, Sendable {
    /// What the customer will be billed. Where it is given nothing is rated, and it counts against limits on cost, too,
    /// unless the cost is given besides.
    public var amountMicros: Int64?
    public var costMicros: Int64?
    public var quantities: Quantities?
    public var provider: String?
    public var model: String?
    public var feature: String?
    public var action: String?
    public var product: String?
    public var organization: String?
    /// For the meters of a product that ask for it.
    public var metadata: [String: String]?

    enum CodingKeys: String, CodingKey {
        case quantities, provider, model, feature, action, product, organization, metadata, amountMicros =
            "amount_micros"
        case costMicros = "cost_micros"
    }

    public init() {}

    public init(amountMicros: Int64) { self.amountMicros = amountMicros }

    /// Compact, always the same text for the same estimate.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    public init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }

    /// As an event that takes what is estimated.
    func report(_ hold: Hold.ID, customer: String) -> UsageReport {
        var report = UsageReport(
            eventID: hold.text, source: UsageEvent.authorizationSource, customer: customer,
            costMicros: costMicros ?? (quantities == nil ? amountMicros : nil), quantities: quantities ?? .none,
            model: model, metadata: metadata ?? [:])
        report.provider = provider
        report.feature = feature
        report.action = action
        report.product = product
        report.organization = organization
        report.authorization = hold
        return report
    }

    func check() throws(WorkerError) {
        guard amountMicros != nil || costMicros != nil || quantities?.isEmpty == false || product != nil else {
            throw .invalid(
                "estimate",
                "estimate must say amount_micros, cost_micros, a product, or quantities and the model that they are of",
                code: "no_estimate")
        }
        if let amountMicros, !(0...UsageCheck.costLimit).contains(amountMicros) {
            throw .invalid("estimate.amount_micros", "amount_micros must be 0 to \(UsageCheck.costLimit)")
        }
    }
}

/// What a request really took. What is not said is as it was estimated, but for cost and quantities, which must be.
public struct NewCapture: Hashable, Sendable {
    public var costMicros: Int64?
    public var quantities = Quantities.none
    public var provider: String?
    public var model: String?
    public var feature: String?
    public var action: String?
    public var product: String?
    public var organization: String?
    public var latencyMs: Int64?
    public var metadata: [String: String] = [:]

    public init() {}

    func report(of hold: Hold, estimate: UsageEstimate, customer: String) -> UsageReport {
        var report = UsageReport(
            eventID: hold.id.text, source: UsageEvent.authorizationSource, customer: customer, costMicros: costMicros,
            quantities: quantities, model: model ?? estimate.model,
            metadata: metadata.isEmpty ? estimate.metadata ?? [:] : metadata)
        report.provider = provider ?? estimate.provider
        report.feature = feature ?? estimate.feature
        report.action = action ?? estimate.action
        report.product = product ?? estimate.product
        report.organization = organization ?? estimate.organization
        report.key = hold.apiKey
        report.latencyMs = latencyMs
        report.authorization = hold.id
        return report
    }
}

extension UsageEvent {
    /// Captures have it to themselves.
    static let authorizationSource = "authorization"
}
