/// A card of Stripe's test page, by its number and by the names that stand for it.
///
/// Source: docs.stripe.com/testing.
struct TestCard: Sendable, Equatable {
    let number: String
    /// What follows `pm_card_` or `tok_`.
    let names: [String]
    var brand = "visa"
    var country = "US"
    var funding = "credit"
    var authentication = Authentication.never
    var outcome = Outcome.succeeds

    /// When the cardholder has to show up.
    enum Authentication: Sendable, Equatable {
        case never
        case always
        /// On session always; off session unless it was set up on session before.
        case unlessSetUp
        /// On session only.
        case onSession
    }

    /// What a charge comes to.
    enum Outcome: Sendable, Equatable {
        case succeeds
        case declines(Decline)
        /// Attaches to a customer, then declines.
        case declinesAfterAttaching(Decline)
        case isDisputed(reason: String, isInquiry: Bool)
        case refundsLater
        case failsToRefund
    }

    var last4: String { String(number.suffix(4)) }

    var decline: Decline? {
        switch outcome {
        case .declines(let decline), .declinesAfterAttaching(let decline): decline
        default: nil
        }
    }

    func needsAuthentication(offSession: Bool, isSetUp: Bool) -> Bool {
        switch authentication {
        case .never: false
        case .always: true
        case .onSession: !offSession
        case .unlessSetUp: !(offSession && isSetUp)
        }
    }

    static func numbered(_ number: String) -> TestCard? { all.first { $0.number == number } }

    /// The card of `pm_card_visa`, `tok_visa` and the like.
    static func named(_ name: String) -> TestCard? {
        for prefix in ["pm_card_", "tok_"] where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            return all.first { $0.names.contains(rest) }
        }
        return nil
    }

    /// Whether the digits of a card number agree with its last (Luhn).
    static func isWellFormed(_ number: String) -> Bool {
        let digits = number.compactMap(\.wholeNumberValue)
        guard digits.count == number.count, (12...19).contains(digits.count) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    static let all: [TestCard] = paying + international + declining + authenticating + disputed + refunding

    private static let paying: [TestCard] = [
        TestCard(number: "4242424242424242", names: ["visa", "us"]),
        TestCard(number: "4000056655665556", names: ["visa_debit"], funding: "debit"),
        TestCard(number: "5555555555554444", names: ["mastercard"], brand: "mastercard"),
        TestCard(number: "5200828282828210", names: ["mastercard_debit"], brand: "mastercard", funding: "debit"),
        TestCard(number: "5105105105105100", names: ["mastercard_prepaid"], brand: "mastercard", funding: "prepaid"),
        TestCard(number: "378282246310005", names: ["amex", "amex_threeDSecureNotSupported"], brand: "amex"),
        TestCard(number: "6011111111111117", names: ["discover"], brand: "discover"),
        TestCard(number: "3056930009020004", names: ["diners"], brand: "diners"),
        TestCard(number: "3566002020360505", names: ["jcb"], brand: "jcb", country: "JP"),
        TestCard(number: "6200000000000005", names: ["unionpay"], brand: "unionpay", country: "CN"),
        TestCard(number: "4000000000000077", names: ["bypassPending"]),
        TestCard(number: "4000000000009235", names: ["riskLevelElevated"]),
        TestCard(number: "4000000000003055", names: ["threeDSecureOptional"]),
    ]

    private static let international: [TestCard] = [
        TestCard(number: "4000003920000003", names: ["jp"], country: "JP"),
        TestCard(number: "4000008260000000", names: ["gb"], country: "GB"),
        TestCard(number: "4000002760000016", names: ["de"], country: "DE"),
        TestCard(number: "4000002500000003", names: ["fr"], country: "FR"),
        TestCard(number: "4000001240000000", names: ["ca"], country: "CA"),
        TestCard(number: "4000000360000006", names: ["au"], country: "AU"),
        TestCard(number: "4000003560000008", names: ["in"], country: "IN"),
    ]

    private static let declining: [TestCard] = [
        declining("4000000000000002", "chargeDeclined", .generic),
        declining("4000000000009995", "chargeDeclinedInsufficientFunds", .insufficientFunds),
        declining("4000000000009987", "chargeDeclinedLostCard", .lostCard),
        declining("4000000000009979", "chargeDeclinedStolenCard", .stolenCard),
        declining("4000000000000069", "chargeDeclinedExpiredCard", .expiredCard),
        declining("4000000000000127", "chargeDeclinedIncorrectCvc", .incorrectCVC),
        declining("4000000000000119", "chargeDeclinedProcessingError", .processingError),
        declining("4000000000006975", "chargeDeclinedVelocityLimitExceeded", .velocityExceeded),
        declining("4100000000000019", "radarBlock", .blocked),
        declining("4000000000004954", "riskLevelHighest", .blocked),
        TestCard(
            number: "4000000000000341", names: ["chargeCustomerFail", "visa_chargeCustomerFail"],
            outcome: .declinesAfterAttaching(.generic)),
    ]

    private static func declining(_ number: String, _ name: String, _ decline: Decline) -> TestCard {
        TestCard(number: number, names: [name, "visa_" + name], outcome: .declines(decline))
    }

    private static let authenticating: [TestCard] = [
        TestCard(
            number: "4000002500003155", names: ["authenticationRequiredOnSetup"], country: "FR",
            authentication: .unlessSetUp),
        TestCard(
            number: "4000002760003184", names: ["authenticationRequired"], country: "DE", authentication: .always),
        TestCard(
            number: "4000003800000446", names: ["authenticationRequiredSetupForOffSession"], country: "IT",
            authentication: .onSession),
        TestCard(
            number: "4000008260003178", names: ["authenticationRequiredChargeDeclinedInsufficientFunds"], country: "GB",
            authentication: .unlessSetUp, outcome: .declinesAfterAttaching(.insufficientFunds)),
        TestCard(
            number: "4000000000003220", names: ["threeDSecure2Required"], country: "IE", authentication: .always),
        TestCard(number: "4000008400000027", names: ["threeDSecureRequired"], authentication: .always),
        TestCard(
            number: "4000008400001629", names: ["threeDSecureRequiredChargeDeclined"], authentication: .always,
            outcome: .declinesAfterAttaching(.generic)),
    ]

    private static let disputed: [TestCard] = [
        TestCard(
            number: "4000000000000259", names: ["createDispute"],
            outcome: .isDisputed(reason: "fraudulent", isInquiry: false)),
        TestCard(
            number: "4000000000002685", names: ["createDisputeProductNotReceived"],
            outcome: .isDisputed(reason: "product_not_received", isInquiry: false)),
        TestCard(
            number: "4000000000001976", names: ["createDisputeInquiry"],
            outcome: .isDisputed(reason: "general", isInquiry: true)),
    ]

    private static let refunding: [TestCard] = [
        TestCard(number: "4000000000007726", names: ["pendingRefund"], outcome: .refundsLater),
        TestCard(number: "4000000000005126", names: ["refundFail"], outcome: .failsToRefund),
    ]
}
