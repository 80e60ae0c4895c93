import Testing

@testable import Stripe

@Suite struct StripeClientTests {
    static let intentJSON = #"{"id":"pi_1","amount":500,"currency":"usd","status":"succeeded"}"#

    @Test func `a POST says version, account, key and form`() async throws {
        let recorder = RecordingTransport(json: Self.intentJSON)
        let intent = try await recorder.client.send(
            PaymentIntent.create(
                amount: 500, currency: "usd", in: .connected("acct_1"), idempotencyKey: "bchg_1"))
        #expect(intent.status == .succeeded)
        let request = try #require(recorder.requests.first)
        #expect(request.method == .post)
        #expect(request.url == "https://api.test/v1/payment_intents")
        #expect(request.headers["authorization"] == "Bearer sk_test_canary")
        #expect(request.headers["Stripe-Version"] == "2026-10-28.endive")
        #expect(request.headers["Stripe-Account"] == "acct_1")
        #expect(request.headers["Idempotency-Key"] == "bchg_1")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.body == Array("amount=500&currency=usd".utf8))
        #expect(!request.atMostOnce)
    }

    @Test func `a GET has its parameters in the query, and the platform's scope no account`() async throws {
        let recorder = RecordingTransport(json: #"{"data":[],"has_more":false}"#)
        _ = try await recorder.client.send(PaymentIntent.list(customer: "cus_1", limit: 3, in: .platform))
        let request = try #require(recorder.requests.first)
        #expect(request.method == .get)
        #expect(request.url == "https://api.test/v1/payment_intents?customer=cus_1&limit=3")
        #expect(request.body == nil)
        #expect(request.headers["Stripe-Account"] == nil)
        #expect(request.headers["Idempotency-Key"] == nil)
    }

    @Test func `the OAuth exchange goes to the other host, without a key, at most once`() async throws {
        let recorder = RecordingTransport(
            json: #"{"stripe_user_id":"acct_9","scope":"read_write","livemode":false,"access_token":"sk_test_x"}"#)
        let token = try await recorder.client.send(OAuth.Token.create(code: "ac_1"))
        #expect(token.stripeUserID == "acct_9")
        let request = try #require(recorder.requests.first)
        #expect(request.url == "https://connect.test/oauth/token")
        #expect(request.body == Array("grant_type=authorization_code&code=ac_1".utf8))
        #expect(request.headers["Idempotency-Key"] == nil)
        #expect(request.atMostOnce)
    }

    @Test func `an account without a name is refused and nothing is sent`() async {
        let recorder = RecordingTransport(json: Self.intentJSON)
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(PaymentIntent.retrieve("pi_1", in: .connected("")))
        }
        #expect(error?.code == .accountInvalid)
        #expect(recorder.requests.isEmpty)
    }

    @Test(arguments: ["", String(repeating: "k", count: 256)])
    func `a key that Stripe would not take is refused and nothing is sent`(key: String) async {
        let recorder = RecordingTransport(json: Self.intentJSON)
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(Customer.create(in: .platform, idempotencyKey: key))
        }
        #expect(error?.kind == .rejected)
        #expect(recorder.requests.isEmpty)
    }

    @Test func `a prepared request is sent as it was written down, also by a newer client`() async throws {
        let older = RecordingTransport(json: Self.intentJSON)
        let request = PaymentIntent.create(amount: 1, currency: "usd", in: .connected("acct_1"), idempotencyKey: "k")
        let prepared = older.client.prepare(request)
        let newer = RecordingTransport(json: Self.intentJSON)
        let client = StripeClient(
            secretKey: SecretKey("sk_test_2"), apiVersion: "2027-01-01.next", transport: newer.transport)
        let raw = try await client.send(prepared)
        #expect(try raw.decoded(as: PaymentIntent.self).id == "pi_1")
        #expect(try request.answer(from: raw).id == "pi_1")
        #expect(newer.requests.first?.headers["Stripe-Version"] == "2026-10-28.endive")
        #expect(newer.requests.first?.body == Array("amount=1&currency=usd".utf8))
        #expect(newer.requests.first?.url == "https://api.stripe.com/v1/payment_intents")
    }

    @Test func `headers of an answer can be reached`() async throws {
        let recorder = RecordingTransport(
            headers: [
                "request-id": "req_7", "Date": "Sun, 06 Nov 1994 08:49:37 GMT", "idempotent-replayed": "true",
            ], json: #"{"livemode":true}"#)
        let answer = try await recorder.client.answer(to: Balance.retrieve(in: .platform))
        #expect(answer.value.livemode)
        #expect(answer.raw.requestID == "req_7")
        #expect(answer.raw.serverSeconds == 784_111_777)
        #expect(answer.raw.isReplayed)
    }

    @Test func `a GET is sent again until it is answered, with the delays of the policy`() async throws {
        let recorder = RecordingTransport([
            .failure(TransportError(.unavailable, .connectionFailed)),
            .success(HTTPResponse(status: 503)),
            .success(HTTPResponse(status: 200, body: Array(Self.intentJSON.utf8))),
        ])
        let delays = Delays()
        let intent = try await recorder.client.sendRetrying(
            PaymentIntent.retrieve("pi_1", in: .platform), sleep: { await delays.add($0) }, random: { 0 })
        #expect(intent.id == "pi_1")
        #expect(await delays.all == [500, 1_000])
    }

    @Test func `a GET is given up after the last attempt, with the last error`() async {
        let recorder = RecordingTransport([.success(HTTPResponse(status: 503))])
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.sendRetrying(
                Balance.retrieve(in: .platform), policy: RetryPolicy(maximumAttempts: 4), sleep: { _ in },
                random: { 1 })
        }
        #expect(error?.code == .serverError)
        #expect(recorder.requests.count == 4)
    }

    @Test func `a sleep that is cancelled ends the retrying`() async {
        let recorder = RecordingTransport([.success(HTTPResponse(status: 503))])
        await #expect(throws: StripeError.self) {
            try await recorder.client.sendRetrying(
                Balance.retrieve(in: .platform), sleep: { _ in throw CancellationError() }, random: { 1 })
        }
        #expect(recorder.requests.count == 1)
    }

    @Test func `a POST is sent again under its key`() async throws {
        let recorder = RecordingTransport([
            .success(HTTPResponse(status: 503)),
            .success(HTTPResponse(status: 200, body: Array(#"{"id":"cus_1"}"#.utf8))),
        ])
        _ = try await recorder.client.sendRetrying(
            Customer.create(in: .platform, idempotencyKey: "k"), sleep: { _ in }, random: { 1 })
        #expect(recorder.requests.map { $0.headers["idempotency-key"] } == ["k", "k"])
    }

    @Test func `a POST without a key is never sent again by itself`() async {
        let recorder = RecordingTransport([.success(HTTPResponse(status: 503))])
        await #expect(throws: StripeError.self) {
            try await recorder.client.sendRetrying(
                OAuth.Token.create(code: "ac_1"), sleep: { _ in }, random: { 1 })
        }
        #expect(recorder.requests.count == 1)
    }
}

private actor Delays {
    var all: [Int64] = []

    func add(_ milliseconds: Int64) {
        all.append(milliseconds)
    }
}
