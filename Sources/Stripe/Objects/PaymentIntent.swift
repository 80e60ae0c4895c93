/// One attempt of Stripe's to collect an amount. https://docs.stripe.com/api/payment_intents/object
public struct PaymentIntent: StripeObject {
    public let id: String
    /// Minor units of `currency`.
    public let amount: Int64
    /// Minor units; what has been collected.
    public let amountReceived: Int64?
    /// Minor units; what the platform keeps of it.
    public let applicationFeeAmount: Int64?
    /// Lower case.
    public let currency: String
    public let status: Status
    public let customer: Expandable<Customer>?
    public let paymentMethod: Expandable<PaymentMethod>?
    public let latestCharge: Expandable<Charge>?
    public let lastPaymentError: PaymentError?
    public let nextAction: NextAction?
    public let clientSecret: ClientSecret?
    public let cancellationReason: String?
    public let description: String?
    public let metadata: [String: String]?
    /// Seconds since 1970.
    public let created: Int64?
    public let livemode: Bool?

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status, customer, description, metadata, created, livemode
        case amountReceived = "amount_received"
        case applicationFeeAmount = "application_fee_amount"
        case paymentMethod = "payment_method"
        case latestCharge = "latest_charge"
        case lastPaymentError = "last_payment_error"
        case nextAction = "next_action"
        case clientSecret = "client_secret"
        case cancellationReason = "cancellation_reason"
    }
}

extension PaymentIntent {
    public enum Status: OpenEnum {
        case requiresPaymentMethod, requiresConfirmation, requiresAction, processing, requiresCapture, canceled
        case succeeded
        case other(String)

        public static let known: [String: Status] = [
            "requires_payment_method": .requiresPaymentMethod, "requires_confirmation": .requiresConfirmation,
            "requires_action": .requiresAction, "processing": .processing, "requires_capture": .requiresCapture,
            "canceled": .canceled, "succeeded": .succeeded,
        ]

        /// Only these two are never left again.
        public var isFinal: Bool { self == .succeeded || self == .canceled }
    }

    /// Why the last attempt failed; the PaymentIntent itself may still succeed.
    public struct PaymentError: Decodable, Sendable {
        public let type: String?
        public let code: String?
        public let declineCode: String?
        public let adviceCode: String?
        public let networkAdviceCode: String?
        public let networkDeclineCode: String?
        public let message: String?
        public let charge: String?
        public let paymentMethod: PaymentMethod?

        enum CodingKeys: String, CodingKey {
            case type, code, message, charge
            case declineCode = "decline_code"
            case adviceCode = "advice_code"
            case networkAdviceCode = "network_advice_code"
            case networkDeclineCode = "network_decline_code"
            case paymentMethod = "payment_method"
        }
    }

    public struct NextAction: Decodable, Sendable {
        /// `redirect_to_url`, `use_stripe_sdk` …
        public let type: String
        public let redirectToURL: Redirect?

        public struct Redirect: Decodable, Sendable {
            /// Where the customer authenticates the payment.
            public let url: String?
            public let returnURL: String?

            enum CodingKeys: String, CodingKey {
                case url
                case returnURL = "return_url"
            }
        }

        enum CodingKeys: String, CodingKey {
            case type
            case redirectToURL = "redirect_to_url"
        }
    }
}
