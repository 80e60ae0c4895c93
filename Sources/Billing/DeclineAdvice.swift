/// What to do after a decline. Source: docs.stripe.com/declines/codes and
/// docs.stripe.com/billing/revenue-recovery/smart-retries.
public enum DeclineAdvice: String, CaseIterable, Sendable {
    /// The customer authenticates the same payment by the link.
    case finishPayment = "finish_payment"
    /// This method will not work again; the customer needs another.
    case useAnotherMethod = "use_another_method"
    /// The customer corrects what they typed, or their card was replaced.
    case confirmCardData = "confirm_card_data"
    /// The same method may work another day.
    case tryLater = "try_later"
    /// Only the customer's bank can say more.
    case contactBank = "contact_bank"

    public static let authenticationRequired = "authentication_required"

    /// - Parameters:
    ///   - code: Stripe's decline code, or the error's code where there is none.
    ///   - advice: Stripe's `advice_code`, which knows more of this one decline than its code does and overrides it;
    ///     what only wants authentication stays so.
    public init(declineCode code: String, adviceCode advice: String? = nil) {
        let byCode = Self.byCode(code)
        self =
            switch advice {
            case _ where byCode == .finishPayment: .finishPayment
            case "do_not_try_again": .useAnotherMethod
            case "try_again_later": .tryLater
            case "confirm_card_data": .confirmCardData
            default: byCode
            }
    }

    private static func byCode(_ code: String) -> DeclineAdvice {
        switch code {
        case authenticationRequired, "authentication_not_handled": .finishPayment
        case "incorrect_number", "incorrect_cvc", "incorrect_zip", "incorrect_address", "invalid_cvc",
            "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "expired_card", "incorrect_pin":
            .confirmCardData
        case "insufficient_funds", "processing_error", "issuer_not_available", "try_again_later",
            "reenter_transaction",
            "approve_with_id", "card_velocity_exceeded", "withdrawal_count_limit_exceeded", "lock_timeout":
            .tryLater
        case "lost_card", "stolen_card", "pickup_card", "revocation_of_authorization",
            "revocation_of_all_authorizations", "highest_risk_level", "transaction_not_allowed", "fraudulent",
            "merchant_blacklist", "card_not_supported", "currency_not_supported", "restricted_card",
            "invalid_account",
            "new_account_information_available", "stop_payment_order", "payment_method_unactivated":
            .useAnotherMethod
        default: .contactBank
        }
    }

    /// The code as a customer may see it: Stripe asks that these are presented as a plain decline.
    public static func presentable(_ code: String) -> String {
        let concealed: Set = [
            "fraudulent", "merchant_blacklist", "stolen_card", "lost_card", "pickup_card", "highest_risk_level",
        ]
        return concealed.contains(code) ? "generic_decline" : code
    }
}
