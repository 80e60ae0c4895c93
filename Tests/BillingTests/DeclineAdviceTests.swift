import Billing
import Testing

@Suite struct DeclineAdviceTests {
    @Test(arguments: [
        ("authentication_required", DeclineAdvice.finishPayment), ("insufficient_funds", .tryLater),
        ("expired_card", .confirmCardData), ("lost_card", .useAnotherMethod), ("do_not_honor", .contactBank),
        ("a_code_of_next_year", .contactBank),
    ])
    func `each decline says what to do next`(code: String, advice: DeclineAdvice) {
        #expect(DeclineAdvice(declineCode: code) == advice)
    }

    /// Source: docs.stripe.com/declines/card, "advice codes".
    @Test(arguments: [
        ("insufficient_funds", "do_not_try_again", DeclineAdvice.useAnotherMethod),
        ("expired_card", "do_not_try_again", .useAnotherMethod), ("do_not_honor", "try_again_later", .tryLater),
        ("generic_decline", "confirm_card_data", .confirmCardData),
        ("lost_card", "a word of next year", .useAnotherMethod),
        ("authentication_required", "try_again_later", .finishPayment),
    ])
    func `Stripe's own advice on a decline overrides what its code says`(
        code: String, advice: String, next: DeclineAdvice
    ) {
        #expect(DeclineAdvice(declineCode: code, adviceCode: advice) == next)
    }

    /// Source: docs.stripe.com/billing/revenue-recovery/smart-retries, "hard declines".
    @Test(arguments: [
        "incorrect_number", "lost_card", "pickup_card", "stolen_card", "revocation_of_authorization",
        "revocation_of_all_authorizations", "authentication_required", "highest_risk_level", "transaction_not_allowed",
    ])
    func `a hard decline is never advised to be tried again as it is`(code: String) {
        #expect(DeclineAdvice(declineCode: code) != .tryLater)
    }

    @Test(arguments: ["fraudulent", "merchant_blacklist", "stolen_card", "lost_card"])
    func `a customer is not told what Stripe asks to conceal`(code: String) {
        #expect(DeclineAdvice.presentable(code) == "generic_decline")
    }

    @Test func `any other code is shown as it is`() {
        #expect(DeclineAdvice.presentable("insufficient_funds") == "insufficient_funds")
    }
}
