import Testing

@testable import Stripe

@Suite struct ObjectTests {
    private static func decode<T: Decodable>(_ json: String) throws -> T {
        try JSON.decode(Array(json.utf8))
    }

    @Test func `an expandable field reads as an identifier or as the object`() throws {
        let plain: Expandable<BalanceTransaction> = try Self.decode(#""txn_1""#)
        #expect(plain.id == "txn_1")
        #expect(plain.object == nil)
        let expanded: Expandable<BalanceTransaction> = try Self.decode(
            #"{"id":"txn_1","amount":500,"fee":45,"net":455,"currency":"usd","type":"charge","created":1}"#)
        #expect(expanded.id == "txn_1")
        #expect(expanded.object?.fee == 45)
    }

    @Test func `an expanded PaymentIntent reaches the fee through its charge`() throws {
        let intent: PaymentIntent = try Self.decode(
            """
            {"id":"pi_1","amount":500,"currency":"usd","status":"succeeded","latest_charge":{"id":"ch_1","amount":500,
            "currency":"usd","status":"succeeded","payment_intent":"pi_1","balance_transaction":{"id":"txn_1",
            "amount":500,"fee":45,"net":455,"currency":"usd","type":"charge","created":1,
            "fee_details":[{"amount":45,"currency":"usd","type":"stripe_fee","application":null}]}}}
            """)
        let line = intent.latestCharge?.object?.balanceTransaction?.object
        #expect(line?.net == 455)
        #expect(line?.feeDetails?.first?.type == "stripe_fee")
        #expect(intent.latestCharge?.object?.paymentIntent?.id == "pi_1")
    }

    @Test func `a value that Stripe has added since decodes and keeps its spelling`() throws {
        let status: PaymentIntent.Status = try Self.decode(#""requires_telepathy""#)
        #expect(status == .other("requires_telepathy"))
        #expect(!status.isFinal)
    }

    @Test func `only succeeded and canceled are final`() {
        #expect(PaymentIntent.Status.known.values.filter(\.isFinal).count == 2)
        #expect(PaymentIntent.Status.succeeded.isFinal && PaymentIntent.Status.canceled.isFinal)
    }

    @Test func `a known session status is sent as Stripe spells it`() {
        for (spelling, status) in Checkout.Session.Status.known { #expect(status.spelling == spelling) }
        #expect(Checkout.Session.Status.other("new").spelling == "new")
    }

    @Test func `the link where a customer authenticates is found`() throws {
        let intent: PaymentIntent = try Self.decode(
            """
            {"id":"pi_1","amount":500,"currency":"usd","status":"requires_action","next_action":{"type":
            "redirect_to_url","redirect_to_url":{"url":"https://hooks.example/3ds","return_url":null}}}
            """)
        #expect(intent.nextAction?.redirectToURL?.url == "https://hooks.example/3ds")
    }

    @Test func `a deleted customer is told from a living one`() throws {
        let deleted: Customer = try Self.decode(#"{"id":"cus_1","object":"customer","deleted":true}"#)
        let living: Customer = try Self.decode(#"{"id":"cus_1","object":"customer"}"#)
        #expect(deleted.isDeleted && !living.isDeleted)
    }

    @Test func `the next page begins after the last object, and the last page has none`() throws {
        let page: StripeList<Application> = try Self.decode(#"{"data":[{"id":"a"},{"id":"b"}],"has_more":true}"#)
        #expect(page.next == .after("b"))
        let last: StripeList<Application> = try Self.decode(#"{"data":[{"id":"a"}],"has_more":false}"#)
        #expect(last.next == nil)
    }

    @Test func `an amount that is not whole is refused, not rounded`() {
        #expect(throws: (any Error).self) {
            let _: BalanceTransaction.FeeDetail = try Self.decode(#"{"amount":1.5,"currency":"usd","type":"tax"}"#)
        }
        #expect(throws: (any Error).self) {
            let _: BalanceTransaction.FeeDetail = try Self.decode(
                #"{"amount":9223372036854775808,"currency":"usd","type":"tax"}"#)
        }
    }
}
