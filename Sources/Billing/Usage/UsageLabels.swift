/// What usage is told apart by, besides the customer; `nil` where nothing was said.
public struct UsageLabels: Hashable, Sendable {
    public var provider: String?
    public var model: String?
    public var feature: String?
    public var action: String?
    /// The product's slug.
    public var product: String?
    public var organization: String?
    /// The API key that it was used with: its id, never its secret.
    public var key: String?

    public init(
        provider: String? = nil, model: String? = nil, feature: String? = nil, action: String? = nil,
        product: String? = nil, organization: String? = nil, key: String? = nil
    ) {
        self.provider = provider
        self.model = model
        self.feature = feature
        self.action = action
        self.product = product
        self.organization = organization
        self.key = key
    }
}

/// What totals of usage can be asked by.
public enum UsageDimension: String, CaseIterable, Sendable {
    case customer, key, model, provider, feature, action, product, organization
}

/// All usage of one customer under the same labels: what totals are kept for.
public struct UsageSeries: Hashable, Sendable {
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let labels: UsageLabels

    public init(account: ConnectedAccount.ID, customer: Customer.ID, labels: UsageLabels) {
        self.account = account
        self.customer = customer
        self.labels = labels
    }
}
