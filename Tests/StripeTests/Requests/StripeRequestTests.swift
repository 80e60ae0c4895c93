import Foundation
import Testing

@testable import Stripe

@Suite struct StripeRequestTests {
    @Test func `identifiers stand in their places, escaped`() {
        let request = PaymentMethod.retrieve("pm_1?x=/..", customer: "cus 1", in: .platform)
        #expect(request.operation == "GET /v1/customers/{customer}/payment_methods/{payment_method}")
        #expect(request.path == "/v1/customers/cus%201/payment_methods/pm_1%3Fx%3D%2F..")
    }

    @Test func `an empty identifier never names the collection`() {
        let request = WebhookEndpoint.update("", url: "https://a.example", idempotencyKey: "k")
        #expect(request.path == "/v1/webhook_endpoints/%20")
    }

    @Test func `equal requests prepare to equal bytes, and the bytes survive being written down`() throws {
        let requests = (0..<2).map { _ in
            PaymentIntent.create(
                amount: 500, currency: "usd", customer: "cus_1", metadata: ["b": "2", "a": "1"],
                in: .connected("acct_1"), idempotencyKey: "key")
        }
        let prepared = requests[0].prepared
        #expect(prepared == requests[1].prepared)
        #expect(prepared.form == "amount=500&currency=usd&customer=cus_1&metadata[a]=1&metadata[b]=2")
        #expect(prepared.stripeAccount == "acct_1")
        #expect(prepared.idempotencyKey == "key")
        let restored = try JSONDecoder().decode(PreparedRequest.self, from: JSONEncoder().encode(prepared))
        #expect(restored == prepared)
    }

    @Test func `a renewed request differs in its key alone`() throws {
        let request = Customer.create(name: "N", in: .connected("acct_1"), idempotencyKey: "first").prepared
        let renewed = request.renewed(idempotencyKey: "second")
        #expect(renewed.idempotencyKey == "second")
        #expect(renewed != request)
        #expect(renewed.renewed(idempotencyKey: "first") == request)
    }

    @Test func `a key or a GET makes a request repeatable, and OAuth's are not`() {
        #expect(Balance.retrieve(in: .platform).prepared.isRepeatable)
        #expect(Customer.create(in: .platform, idempotencyKey: "k").prepared.isRepeatable)
        #expect(!OAuth.Token.create(code: "ac_1").prepared.isRepeatable)
        #expect(!OAuth.Deauthorization.create(clientID: "ca_1", account: "acct_1").prepared.isRepeatable)
    }

    @Test func `a Standard account is said with controller properties`() {
        #expect(
            Account.createStandard(idempotencyKey: "k").prepared.form
                == "controller[fees][payer]=account&controller[losses][payments]=stripe"
                + "&controller[requirement_collection]=stripe&controller[stripe_dashboard][type]=full")
    }

    @Test func `a Checkout without a customer makes one, so that the card can be kept`() {
        func form(customer: String?) -> FormParameters {
            Checkout.Session.createPayment(
                amount: 500, currency: "jpy", productName: "Credit", customer: customer,
                successURL: "https://a.example", metadata: ["bursar_top_up": "t"], in: .platform, idempotencyKey: "k"
            ).parameters
        }
        #expect(form(customer: nil)["customer_creation"] == .string("always"))
        #expect(form(customer: "cus_1")["customer_creation"] == nil)
        #expect(form(customer: "cus_1").encoded.contains("payment_intent_data[metadata][bursar_top_up]=t"))
        #expect(form(customer: "cus_1").encoded.contains("&metadata[bursar_top_up]=t"))
    }

    @Test func `the authorize URL asks for read_write and carries the state`() {
        #expect(
            OAuth.authorizeURL(clientID: "ca_1", redirectURI: "https://b.example/cb?x=1", state: "s&t")
                == "https://connect.stripe.com/oauth/authorize?response_type=code&client_id=ca_1&scope=read_write"
                + "&redirect_uri=https%3A%2F%2Fb.example%2Fcb%3Fx%3D1&state=s%26t")
    }

    @Test func `a page begins at one end only`() {
        #expect(Charge.list(cursor: .after("ch_1"), in: .platform).parameters.encoded == "starting_after=ch_1")
        #expect(Charge.list(cursor: .before("ch_1"), in: .platform).parameters.encoded == "ending_before=ch_1")
        #expect(
            Charge.list(created: CreatedRange(from: 1, before: 9), limit: 100, in: .platform).parameters.encoded
                == "created[gte]=1&created[lt]=9&limit=100")
    }
}
