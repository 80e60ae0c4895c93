/// Why a card was not charged, in the words of issuer and network.
///
/// Source: docs.stripe.com/declines/codes; the advice of each from docs.stripe.com/declines/card#advice-codes.
struct Decline: Sendable, Equatable {
    let code: String
    let declineCode: String?
    let message: String
    let advice: String?
    /// Stopped by Radar before the bank was asked.
    var isBlocked = false

    static let generic = Decline(
        code: "card_declined", declineCode: "generic_decline", message: "Your card was declined.",
        advice: "try_again_later")
    static let insufficientFunds = Decline(
        code: "card_declined", declineCode: "insufficient_funds", message: "Your card has insufficient funds.",
        advice: "try_again_later")
    static let lostCard = Decline(
        code: "card_declined", declineCode: "lost_card", message: "Your card was declined.",
        advice: "do_not_try_again")
    static let stolenCard = Decline(
        code: "card_declined", declineCode: "stolen_card", message: "Your card was declined.",
        advice: "do_not_try_again")
    static let expiredCard = Decline(
        code: "expired_card", declineCode: nil, message: "Your card has expired.", advice: "do_not_try_again")
    static let incorrectCVC = Decline(
        code: "incorrect_cvc", declineCode: nil, message: "Your card's security code is incorrect.",
        advice: "confirm_card_data")
    static let processingError = Decline(
        code: "processing_error", declineCode: nil,
        message: "An error occurred while processing your card. Try again in a little bit.", advice: "try_again_later")
    static let velocityExceeded = Decline(
        code: "card_declined", declineCode: "card_velocity_exceeded",
        message: "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        advice: "try_again_later")
    static let blocked = Decline(
        code: "card_declined", declineCode: "fraudulent", message: "Your card was declined.",
        advice: "do_not_try_again", isBlocked: true)
    static let authenticationRequired = Decline(
        code: "authentication_required", declineCode: "authentication_required",
        message: "Your card was declined. This transaction requires authentication.", advice: nil)

    /// A bank debit that came back; its code is the reason.
    static func returned(_ code: String) -> Decline {
        Decline(
            code: code, declineCode: nil,
            message: "The customer's bank returned the debit: \(code.replacing("_", with: " ")).", advice: nil)
    }

    /// What a charge that failed so says of itself.
    var outcome: JSON {
        [
            "advice_code": .text(advice),
            "network_advice_code": .null,
            "network_decline_code": .text(isBlocked ? nil : declineCode.map { _ in "01" }),
            "network_status": .string(isBlocked ? "not_sent_to_network" : "declined_by_network"),
            "reason": .text(isBlocked ? "highest_risk_level" : declineCode),
            "seller_message": .string(
                isBlocked ? "Stripe blocked this payment as too risky." : "The bank did not return any further details."
            ),
            "type": .string(isBlocked ? "blocked" : "issuer_declined"),
        ]
    }

    static let authorized: JSON = [
        "advice_code": .null, "network_advice_code": .null, "network_decline_code": .null,
        "network_status": "approved_by_network", "reason": .null, "seller_message": "Payment complete.",
        "type": "authorized",
    ]
}
