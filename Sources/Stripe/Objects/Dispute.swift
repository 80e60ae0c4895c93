/// https://docs.stripe.com/api/disputes/object
public struct Dispute: StripeObject {
    public let id: String
    /// Minor units of `currency`; it can differ from the charge's.
    public let amount: Int64
    public let currency: String
    public let status: Status
    public let reason: String?
    public let charge: Expandable<Charge>?
    public let paymentIntent: Expandable<PaymentIntent>?
    /// The movements of money: none, the withdrawal, or the withdrawal and the reinstatement.
    public let balanceTransactions: [BalanceTransaction]?
    /// Seconds since 1970.
    public let created: Int64?
    public let livemode: Bool?
    public let evidenceDetails: EvidenceDetails?

    public struct EvidenceDetails: Decodable, Sendable {
        /// Seconds since 1970; until when evidence can be given.
        public let dueBy: Int64?

        enum CodingKeys: String, CodingKey {
            case dueBy = "due_by"
        }
    }

    public enum Status: OpenEnum {
        case warningNeedsResponse, warningUnderReview, warningClosed, needsResponse, underReview
        case appealNeedsResponse, appealUnderReview, won, lost, prevented
        case other(String)

        public static let known: [String: Status] = [
            "warning_needs_response": .warningNeedsResponse, "warning_under_review": .warningUnderReview,
            "warning_closed": .warningClosed, "needs_response": .needsResponse, "under_review": .underReview,
            "appeal_needs_response": .appealNeedsResponse, "appeal_under_review": .appealUnderReview, "won": .won,
            "lost": .lost, "prevented": .prevented,
        ]
    }

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status, reason, charge, created, livemode
        case paymentIntent = "payment_intent"
        case balanceTransactions = "balance_transactions"
        case evidenceDetails = "evidence_details"
    }
}

extension Dispute {
    public static func retrieve(_ dispute: String, in scope: AccountScope) -> StripeRequest<Dispute> {
        StripeRequest(get: "/v1/disputes/{dispute}", [dispute], in: scope)
    }

    public static func list(
        created: CreatedRange? = nil, cursor: ListCursor = .start, limit: Int? = nil, in scope: AccountScope
    ) -> StripeRequest<StripeList<Dispute>> {
        var form = FormParameters()
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        return StripeRequest(get: "/v1/disputes", [], form, in: scope)
    }
}
