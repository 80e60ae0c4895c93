import Testing

@testable import StripeSandbox

@Suite struct BankDebitTests {
    let stripe = SandboxClient()

    @Test func `a debit processes, then succeeds by itself`() async {
        let begun = await stripe.charge(1_000, with: "pm_usBankAccount_success")
        #expect(begun["status"] == "processing")
        #expect(begun["latest_charge"].string?.hasPrefix("py_") == true)
        #expect(await stripe.get("/v1/balance_transactions").data.isEmpty)
        stripe.clock.advance(seconds: 4)
        #expect(await stripe.get("/v1/payment_intents/\(begun.id)")["status"] == "succeeded")
        #expect(await stripe.get("/v1/balance_transactions").data.map { $0["type"] } == ["payment"])
        #expect(
            await stripe.eventTypes() == [
                "payment_intent.created", "charge.pending", "payment_intent.processing", "charge.succeeded",
                "payment_intent.succeeded",
            ])
    }

    @Test func `a debit that comes back fails the attempt with the bank's reason`() async {
        let begun = await stripe.charge(1_000, with: "pm_usBankAccount_insufficientFunds")
        stripe.clock.advance(seconds: 4)
        let intent = await stripe.get("/v1/payment_intents/\(begun.id)")
        #expect(intent["status"] == "requires_payment_method")
        #expect(intent["last_payment_error"]["code"] == "insufficient_funds")
        #expect(await stripe.get("/v1/balance_transactions").data.isEmpty)
    }

    @Test func `a control call settles before its time, once`() async {
        let stripe = SandboxClient { $0.settlementDelay = nil }
        let begun = await stripe.charge(1_000, with: "pm_usBankAccount_success").id
        stripe.clock.advance(seconds: 86_400)
        #expect(await stripe.get("/v1/payment_intents/\(begun)")["status"] == "processing")
        let settled = await stripe.post("/_sandbox/payment_intents/\(begun)/settle", ["outcome": "succeeded"])
        #expect(settled["status"] == "succeeded")
        let again = await stripe.post("/_sandbox/payment_intents/\(begun)/settle", ["outcome": "failed"])
        #expect(again["status"] == "succeeded")
    }

    @Test func `a stuck debit stays processing and cannot be cancelled`() async {
        let begun = await stripe.charge(1_000, with: "pm_usBankAccount_processing").id
        stripe.clock.advance(seconds: 10 * 86_400)
        #expect(await stripe.get("/v1/payment_intents/\(begun)")["status"] == "processing")
        #expect(await stripe.post("/v1/payment_intents/\(begun)/cancel").status == 400)
    }
}
