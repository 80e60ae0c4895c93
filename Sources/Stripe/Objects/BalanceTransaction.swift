public import Foundation

/// One line of an account's Stripe balance: what moved, and what Stripe and the platform took of it.
/// https://docs.stripe.com/api/balance_transactions/object
public struct BalanceTransaction: StripeObject {
    public let id: String
    /// Gross, in minor units of `currency`; negative when money leaves the balance. `net = amount - fee`.
    public let amount: Int64
    public let fee: Int64
    public let net: Int64
    /// The currency of the balance, which can differ from that of the payment.
    public let currency: String
    /// What the amount of the payment, in its own currency, was multiplied with; nil where nothing was converted.
    public let exchangeRate: Decimal?
    public let feeDetails: [FeeDetail]?
    /// `charge`, `payment`, `refund`, `adjustment`, `application_fee`, `payout`, `stripe_fee` …
    public let type: String
    public let reportingCategory: String?
    /// What it is about: `ch_…`, `re_…`, `dp_…`, `fee_…`, `po_…`.
    public let source: Expandable<Source>?
    public let status: String?
    /// Seconds since 1970.
    public let created: Int64
    /// Seconds since 1970; when the net amount can be paid out.
    public let availableOn: Int64?

    /// What the object behind a line tells, whichever of charge, refund, dispute, payout … it is; read when the request
    /// asked for it with `expand`.
    public struct Source: StripeObject {
        public let id: String
        /// Such as `charge`, `refund`, `dispute` or `payout`.
        public let object: String?
        /// Minor units of `currency`, which need not be that of the balance.
        public let amount: Int64?
        public let currency: String?
        /// Of a charge, a refund or a dispute.
        public let paymentIntent: Expandable<UnreadObject>?
        public let metadata: [String: String]?

        enum CodingKeys: String, CodingKey {
            case id, object, amount, currency, metadata
            case paymentIntent = "payment_intent"
        }
    }

    public struct FeeDetail: Decodable, Sendable {
        public let amount: Int64
        public let currency: String
        /// `stripe_fee`, `application_fee`, `payment_method_passthrough_fee`, `tax` or `withheld_tax`.
        public let type: String
    }

    enum CodingKeys: String, CodingKey {
        case id, amount, fee, net, currency, type, source, status, created
        case exchangeRate = "exchange_rate"
        case feeDetails = "fee_details"
        case reportingCategory = "reporting_category"
        case availableOn = "available_on"
    }
}

extension BalanceTransaction {
    public static func retrieve(
        _ balanceTransaction: String, in scope: AccountScope
    ) -> StripeRequest<BalanceTransaction> {
        StripeRequest(get: "/v1/balance_transactions/{id}", [balanceTransaction], in: scope)
    }

    /// - Parameter source: lists what one charge, refund or dispute did to the balance.
    public static func list(
        source: String? = nil, type: String? = nil, currency: String? = nil, created: CreatedRange? = nil,
        cursor: ListCursor = .start, limit: Int? = nil, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<StripeList<BalanceTransaction>> {
        var form = FormParameters()
        form.set("source", source)
        form.set("type", type)
        form.set("currency", currency)
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        form.set("expand", expand)
        return StripeRequest(get: "/v1/balance_transactions", [], form, in: scope)
    }
}
