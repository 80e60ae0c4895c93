public import Billing

/// What a change says of a field that can also be taken away.
public typealias FieldChange<Value: Sendable> = AccountChange.Field<Value>

/// What a caller may say of a customer; what is `nil` or `.keep` stays as it is.
public struct CustomerDetails: Hashable, Sendable {
    public var name: String?
    public var email: String?
    public var metadata: [String: String]?
    /// `cus_…` on the merchant's Stripe account, for a customer whom Stripe knows already.
    public var stripeCustomer: String?
    /// `pm_…`, attached to that customer; charged off session.
    public var paymentMethod: String?
    /// By slug or id. Without one, there are no limits; new customers are put on the default plan.
    public var plan: FieldChange<String> = .keep
    /// IANA name: where the customer's days and months begin; the account's, when there is none.
    public var timeZone: FieldChange<String> = .keep
    /// The plan's word, when there is none.
    public var prepaid: FieldChange<Bool> = .keep
    public var organization: FieldChange<String> = .keep

    public init(
        name: String? = nil, email: String? = nil, metadata: [String: String]? = nil, stripeCustomer: String? = nil,
        paymentMethod: String? = nil
    ) {
        self.name = name
        self.email = email
        self.metadata = metadata
        self.stripeCustomer = stripeCustomer
        self.paymentMethod = paymentMethod
    }

    func check() throws(WorkerError) {
        if let name { try FieldCheck.text("name", name, 1...200) }
        if let email { try FieldCheck.email("email", email) }
        if let metadata { try FieldCheck.metadata(metadata) }
        if let stripeCustomer { try FieldCheck.token("stripe_customer", stripeCustomer) }
        if let paymentMethod { try FieldCheck.token("payment_method", paymentMethod) }
        if case .set(let organization) = organization { try FieldCheck.text("organization", organization, 1...200) }
        if case .set(let zone) = timeZone, CivilZone(zone) == nil {
            throw .invalid("time_zone", "time_zone must be an IANA name, such as Europe/Berlin")
        }
    }

    /// Everything but the plan, which has to be looked up.
    func apply(to customer: inout Customer) {
        customer.name = name ?? customer.name
        customer.email = email ?? customer.email
        customer.metadata = metadata ?? customer.metadata
        customer.stripeCustomer = stripeCustomer ?? customer.stripeCustomer
        customer.paymentMethod = paymentMethod ?? customer.paymentMethod
        customer.timeZone = timeZone.applied(to: customer.timeZone)
        customer.prepaid = prepaid.applied(to: customer.prepaid)
        customer.organization = organization.applied(to: customer.organization)
    }
}

public struct NewCustomer: Hashable, Sendable {
    public var externalID: String
    public var details: CustomerDetails

    public init(externalID: String, details: CustomerDetails = CustomerDetails()) {
        self.externalID = externalID
        self.details = details
    }
}

/// Which of an account's customers. What is `nil` does not matter.
public struct CustomerSearch: Hashable, Sendable {
    /// A part of the name, the e-mail address, the external id or our id; case and accents do not matter.
    public var text: String?
    public var status: Customer.Status?
    /// By slug or id.
    public var plan: String?
    public var organization: String?

    public init(
        text: String? = nil, status: Customer.Status? = nil, plan: String? = nil, organization: String? = nil
    ) {
        self.text = text
        self.status = status
        self.plan = plan
        self.organization = organization
    }
}
