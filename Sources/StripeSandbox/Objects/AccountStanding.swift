/// What an account may do, and what Stripe still wants to know of it.
///
/// Source: docs.stripe.com/api/accounts/object, `requirements`.
struct AccountStanding: Sendable, Equatable {
    var chargesEnabled: Bool
    var payoutsEnabled: Bool
    var detailsSubmitted: Bool
    var currentlyDue: [String]
    var pastDue: [String]
    var disabledReason: String?

    /// Made by the platform, not yet onboarded.
    static let fresh = AccountStanding(
        chargesEnabled: false, payoutsEnabled: false, detailsSubmitted: false,
        currentlyDue: [
            "business_profile.product_description", "business_profile.support_phone", "business_profile.url",
            "external_account", "tos_acceptance.date", "tos_acceptance.ip",
        ], pastDue: [], disabledReason: "requirements.past_due")

    /// Left the onboarding with something still to say.
    static let halfDone = AccountStanding(
        chargesEnabled: false, payoutsEnabled: false, detailsSubmitted: false,
        currentlyDue: ["external_account", "tos_acceptance.date", "tos_acceptance.ip"], pastDue: [],
        disabledReason: "requirements.past_due")

    static let enabled = AccountStanding(
        chargesEnabled: true, payoutsEnabled: true, detailsSubmitted: true, currentlyDue: [], pastDue: [],
        disabledReason: nil)

    static func restricted(_ reason: String, due: [String]) -> AccountStanding {
        AccountStanding(
            chargesEnabled: false, payoutsEnabled: false, detailsSubmitted: true, currentlyDue: due, pastDue: due,
            disabledReason: reason)
    }

    /// The values that Stripe gives to `disabled_reason`.
    static let disabledReasons: Set<String> = [
        "requirements.past_due", "requirements.pending_verification", "under_review", "listed", "platform_paused",
        "rejected.fraud", "rejected.incomplete_verification", "rejected.listed", "rejected.other",
        "rejected.platform_fraud", "rejected.platform_other", "rejected.platform_terms_of_service",
        "rejected.terms_of_service", "action_required.requested_capabilities", "other",
    ]
}

extension World {
    /// Refuses a payment on an account that may not charge.
    func requireChargesEnabled(_ account: String) throws {
        guard accounts[account]?.standing.chargesEnabled != true else { return }
        throw StripeError.invalid(
            "Your account cannot currently make charges. Please complete the account's requirements.",
            code: "charges_not_enabled")
    }
}
