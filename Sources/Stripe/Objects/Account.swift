/// https://docs.stripe.com/api/accounts/object
public struct Account: StripeObject {
    public let id: String
    public let email: String?
    public let country: String?
    public let defaultCurrency: String?
    public let chargesEnabled: Bool
    public let payoutsEnabled: Bool
    public let detailsSubmitted: Bool
    public let requirements: Requirements?
    public let businessProfile: BusinessProfile?
    public let metadata: [String: String]?
    /// Seconds since 1970; absent when the account was connected by OAuth.
    public let created: Int64?

    public struct Requirements: Decodable, Sendable {
        public let currentlyDue: [String]?
        public let pastDue: [String]?
        public let eventuallyDue: [String]?
        public let pendingVerification: [String]?
        /// Such as `requirements.past_due`, `under_review`, `rejected.fraud`.
        public let disabledReason: String?
        /// Seconds since 1970.
        public let currentDeadline: Int64?
        public let errors: [Problem]?

        public struct Problem: Decodable, Sendable {
            public let code: String
            public let reason: String?
            public let requirement: String?
        }

        enum CodingKeys: String, CodingKey {
            case errors
            case currentlyDue = "currently_due"
            case pastDue = "past_due"
            case eventuallyDue = "eventually_due"
            case pendingVerification = "pending_verification"
            case disabledReason = "disabled_reason"
            case currentDeadline = "current_deadline"
        }
    }

    public struct BusinessProfile: Decodable, Sendable {
        public let name: String?
    }

    enum CodingKeys: String, CodingKey {
        case id, email, country, requirements, metadata, created
        case defaultCurrency = "default_currency"
        case chargesEnabled = "charges_enabled"
        case payoutsEnabled = "payouts_enabled"
        case detailsSubmitted = "details_submitted"
        case businessProfile = "business_profile"
    }
}

extension Account {
    /// A new Standard account, said with controller properties: Stripe collects what it must know, bears the losses and
    /// bills the fees to the account, and the merchant has the full dashboard.
    /// https://docs.stripe.com/connect/migrate-to-controller-properties
    public static func createStandard(
        email: String? = nil, country: String? = nil, businessName: String? = nil, metadata: [String: String] = [:],
        idempotencyKey: String
    ) -> StripeRequest<Account> {
        var controller = FormParameters()
        controller.set("fees", nested("payer", "account"))
        controller.set("losses", nested("payments", "stripe"))
        controller.set("requirement_collection", "stripe")
        controller.set("stripe_dashboard", nested("type", "full"))
        var profile = FormParameters()
        profile.set("name", businessName)
        var form = FormParameters()
        form.set("controller", controller)
        form.set("email", email)
        form.set("country", country)
        form.set("business_profile", profile)
        form.set("metadata", metadata)
        return StripeRequest(post: "/v1/accounts", [], form, in: .platform, idempotencyKey: idempotencyKey)
    }

    /// A connected account as the platform sees it.
    public static func retrieve(_ account: String) -> StripeRequest<Account> {
        StripeRequest(get: "/v1/accounts/{account}", [account], in: .platform)
    }

    /// The accounts that are connected to the platform, the newest first.
    public static func list(
        created: CreatedRange? = nil, cursor: ListCursor = .start, limit: Int? = nil
    ) -> StripeRequest<StripeList<Account>> {
        var form = FormParameters()
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        return StripeRequest(get: "/v1/accounts", [], form, in: .platform)
    }

    private static func nested(_ name: String, _ value: String) -> FormParameters {
        var form = FormParameters()
        form.set(name, value)
        return form
    }
}
