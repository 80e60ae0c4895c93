extension PaymentIntent {
    /// - Parameters:
    ///   - amount: minor units of `currency`.
    ///   - confirm: collect at once; `offSession` is allowed only with it.
    ///   - offSession: the customer is not there. A card that wants its holder is then refused with a 402 whose code is
    ///     `authentication_required`.
    ///   - returnURL: where the customer comes back to after authenticating; only with `confirm`.
    ///   - statementDescriptorSuffix: for cards, where the descriptor itself may not be set.
    ///   - expand: such as `latest_charge.balance_transaction`; at most four levels.
    public static func create(
        amount: Int64, currency: String, customer: String? = nil, paymentMethod: String? = nil, confirm: Bool? = nil,
        offSession: Bool? = nil, description: String? = nil, metadata: [String: String] = [:],
        applicationFeeAmount: Int64? = nil, statementDescriptorSuffix: String? = nil, returnURL: String? = nil,
        automaticPaymentMethods: AutomaticPaymentMethods? = nil, setupFutureUsage: SetupFutureUsage? = nil,
        expand: [String] = [], in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<PaymentIntent> {
        var form = FormParameters()
        form.set("amount", amount)
        form.set("currency", currency)
        form.set("customer", customer)
        form.set("payment_method", paymentMethod)
        form.set("confirm", confirm)
        form.set("off_session", offSession)
        form.set("description", description)
        form.set("metadata", metadata)
        form.set("application_fee_amount", applicationFeeAmount)
        form.set("statement_descriptor_suffix", statementDescriptorSuffix)
        form.set("return_url", returnURL)
        form.set("automatic_payment_methods", automaticPaymentMethods?.form)
        form.set("setup_future_usage", setupFutureUsage?.rawValue)
        form.set("expand", expand)
        return StripeRequest(post: "/v1/payment_intents", [], form, in: scope, idempotencyKey: idempotencyKey)
    }

    public static func confirm(
        _ intent: String, paymentMethod: String? = nil, offSession: Bool? = nil, returnURL: String? = nil,
        expand: [String] = [], in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<PaymentIntent> {
        var form = FormParameters()
        form.set("payment_method", paymentMethod)
        form.set("off_session", offSession)
        form.set("return_url", returnURL)
        form.set("expand", expand)
        return StripeRequest(
            post: "/v1/payment_intents/{intent}/confirm", [intent], form, in: scope, idempotencyKey: idempotencyKey)
    }

    /// Not for the PaymentIntent of a Checkout Session: expire the session instead.
    public static func cancel(
        _ intent: String, reason: CancellationReason? = nil, expand: [String] = [], in scope: AccountScope,
        idempotencyKey: String
    ) -> StripeRequest<PaymentIntent> {
        var form = FormParameters()
        form.set("cancellation_reason", reason?.rawValue)
        form.set("expand", expand)
        return StripeRequest(
            post: "/v1/payment_intents/{intent}/cancel", [intent], form, in: scope, idempotencyKey: idempotencyKey)
    }

    public static func retrieve(
        _ intent: String, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<PaymentIntent> {
        var form = FormParameters()
        form.set("expand", expand)
        return StripeRequest(get: "/v1/payment_intents/{intent}", [intent], form, in: scope)
    }

    /// - Parameter expand: in a list it starts with `data.`.
    public static func list(
        customer: String? = nil, created: CreatedRange? = nil, cursor: ListCursor = .start, limit: Int? = nil,
        expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<StripeList<PaymentIntent>> {
        var form = FormParameters()
        form.set("customer", customer)
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        form.set("expand", expand)
        return StripeRequest(get: "/v1/payment_intents", [], form, in: scope)
    }

    public enum CancellationReason: String, Sendable {
        case abandoned, duplicate, fraudulent
        case requestedByCustomer = "requested_by_customer"
    }

    public struct AutomaticPaymentMethods: Sendable {
        public var allowRedirects: Bool?

        /// - Parameter allowRedirects: false leaves out methods that send the customer away.
        public init(allowRedirects: Bool? = nil) {
            self.allowRedirects = allowRedirects
        }

        fileprivate var form: FormParameters {
            var form = FormParameters()
            form.set("enabled", true)
            form.set("allow_redirects", allowRedirects.map { $0 ? "always" : "never" })
            return form
        }
    }
}

/// For what the payment method is kept after this payment.
public enum SetupFutureUsage: String, Sendable {
    case offSession = "off_session"
    case onSession = "on_session"
}
