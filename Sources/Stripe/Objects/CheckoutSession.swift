/// Stripe's hosted payment page. https://docs.stripe.com/payments/checkout
public enum Checkout {
    /// https://docs.stripe.com/api/checkout/sessions/object
    public struct Session: StripeObject {
        public let id: String
        /// Where the customer pays; gone once the session is not open any more.
        public let url: String?
        public let status: Status?
        /// `complete` and `unpaid` together mean that the payment settles later.
        public let paymentStatus: PaymentStatus
        /// Made when the session is paid, and only then in some modes.
        public let paymentIntent: Expandable<PaymentIntent>?
        public let customer: Expandable<Customer>?
        /// Minor units of `currency`.
        public let amountTotal: Int64?
        public let currency: String?
        public let clientReferenceID: String?
        public let metadata: [String: String]?
        /// Seconds since 1970.
        public let created: Int64?
        public let expiresAt: Int64?
        public let livemode: Bool?

        enum CodingKeys: String, CodingKey {
            case id, url, status, customer, currency, metadata, created, livemode
            case paymentStatus = "payment_status"
            case paymentIntent = "payment_intent"
            case amountTotal = "amount_total"
            case clientReferenceID = "client_reference_id"
            case expiresAt = "expires_at"
        }
    }
}

extension Checkout.Session {
    public enum Status: OpenEnum {
        case open, complete, expired
        case other(String)

        public static let known: [String: Status] = ["open": .open, "complete": .complete, "expired": .expired]

        var spelling: String {
            switch self {
            case .open: "open"
            case .complete: "complete"
            case .expired: "expired"
            case .other(let spelling): spelling
            }
        }
    }

    public enum PaymentStatus: OpenEnum {
        case paid, unpaid, noPaymentRequired
        case other(String)

        public static let known: [String: PaymentStatus] = [
            "paid": .paid, "unpaid": .unpaid, "no_payment_required": .noPaymentRequired,
        ]
    }

    /// A page on which a customer pays one amount.
    /// - Parameters:
    ///   - amount: minor units of `currency`.
    ///   - productName: what the customer reads beside the amount.
    ///   - customer: `cus_…` of the account in `scope`; without one Stripe makes one when the page is paid.
    ///   - successURL: may hold `{CHECKOUT_SESSION_ID}`.
    ///   - metadata: put on the session and on its PaymentIntent alike, since Stripe copies neither to the other.
    ///   - setupFutureUsage: keeps the payment method for later.
    ///   - expiresAt: seconds since 1970, from 30 minutes to 24 hours ahead; a day when nil.
    public static func createPayment(
        amount: Int64, currency: String, productName: String, customer: String? = nil, successURL: String,
        cancelURL: String? = nil, clientReferenceID: String? = nil, metadata: [String: String] = [:],
        description: String? = nil, applicationFeeAmount: Int64? = nil, statementDescriptorSuffix: String? = nil,
        setupFutureUsage: SetupFutureUsage? = nil, expiresAt: Int64? = nil, expand: [String] = [],
        in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<Checkout.Session> {
        var intent = FormParameters()
        intent.set("description", description)
        intent.set("metadata", metadata)
        intent.set("application_fee_amount", applicationFeeAmount)
        intent.set("statement_descriptor_suffix", statementDescriptorSuffix)
        intent.set("setup_future_usage", setupFutureUsage?.rawValue)
        var form = FormParameters()
        form.set("mode", "payment")
        form.set("line_items", .list([lineItem(amount: amount, currency: currency, productName: productName)]))
        form.set("success_url", successURL)
        form.set("cancel_url", cancelURL)
        form.set("customer", customer)
        // Without a customer the payment method would be attached to nobody and could not be charged again.
        form.set("customer_creation", customer == nil ? "always" : nil)
        form.set("client_reference_id", clientReferenceID)
        form.set("metadata", metadata)
        form.set("payment_intent_data", intent)
        form.set("expires_at", expiresAt)
        form.set("expand", expand)
        return StripeRequest(post: "/v1/checkout/sessions", [], form, in: scope, idempotencyKey: idempotencyKey)
    }

    private static func lineItem(amount: Int64, currency: String, productName: String) -> FormValue {
        var product = FormParameters()
        product.set("name", productName)
        var price = FormParameters()
        price.set("currency", currency)
        price.set("unit_amount", amount)
        price.set("product_data", product)
        var item = FormParameters()
        item.set("price_data", price)
        item.set("quantity", 1)
        return .fields(item)
    }

    public static func retrieve(
        _ session: String, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<Checkout.Session> {
        var form = FormParameters()
        form.set("expand", expand)
        return StripeRequest(get: "/v1/checkout/sessions/{session}", [session], form, in: scope)
    }

    /// Closes an open session, and with it the only way to pay its PaymentIntent.
    public static func expire(
        _ session: String, in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<Checkout.Session> {
        StripeRequest(
            post: "/v1/checkout/sessions/{session}/expire", [session], in: scope, idempotencyKey: idempotencyKey)
    }

    public static func list(
        customer: String? = nil, paymentIntent: String? = nil, status: Status? = nil, created: CreatedRange? = nil,
        cursor: ListCursor = .start, limit: Int? = nil, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<StripeList<Checkout.Session>> {
        var form = FormParameters()
        form.set("customer", customer)
        form.set("payment_intent", paymentIntent)
        form.set("status", status?.spelling)
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        form.set("expand", expand)
        return StripeRequest(get: "/v1/checkout/sessions", [], form, in: scope)
    }
}
