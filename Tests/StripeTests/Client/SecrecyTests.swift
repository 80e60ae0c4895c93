import Testing

@testable import Stripe

/// A canary is put in every place that a secret can be in; then everything that prints is printed.
@Suite struct SecrecyTests {
    private static let canary = "CANARY"

    private static func everythingPrinted(_ value: some Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(dumped)"
    }

    private static func isSilent(about value: some Any) -> Bool {
        !everythingPrinted(value).contains(canary)
    }

    @Test func `keys and secrets do not print`() {
        #expect(Self.isSilent(about: SecretKey(Self.canary)))
        #expect(Self.isSilent(about: WebhookSecret(Self.canary)))
        #expect(Self.isSilent(about: ["wrapped": Optional([SecretKey(Self.canary)])]))
        #expect(!Self.isSilent(about: Self.canary))
    }

    @Test func `a client does not print its key`() {
        let client = StripeClient(
            secretKey: SecretKey(Self.canary), apiVersion: "v",
            transport: { (_) async throws(TransportError) in HTTPResponse(status: 200) })
        #expect(Self.isSilent(about: client))
    }

    @Test func `requests and answers do not print headers or bodies`() throws {
        let body = Array(Self.canary.utf8)
        let headers: HTTPHeaders = ["Authorization": "Bearer \(Self.canary)"]
        #expect(Self.isSilent(about: HTTPRequest(method: .post, url: Self.canary, headers: headers, body: body)))
        #expect(Self.isSilent(about: HTTPResponse(status: 200, headers: headers, body: body)))
        #expect(Self.isSilent(about: RawAnswer(status: 200, headers: headers, body: body)))
        #expect(Self.isSilent(about: headers))
        let request = OAuth.Token.create(code: Self.canary)
        #expect(Self.isSilent(about: request))
        #expect(Self.isSilent(about: request.prepared))
        let json = #"{"id":"e","type":"t","livemode":true,"created":1,"data":{"object":{"x":"\#(Self.canary)"}}}"#
        #expect(Self.isSilent(about: try Event(json: Array(json.utf8))))
    }

    @Test func `an error prints its kind and code, and nothing of what Stripe said`() {
        var details = StripeError.Details()
        details.message = Self.canary
        details.param = Self.canary
        let error = StripeError(.rejected, .apiKeyInvalid, details: details)
        #expect(Self.isSilent(about: error))
        #expect("\(error)" == "stripe rejected: api_key_invalid")
    }

    @Test func `a client secret, an endpoint's secret and an onboarding link do not print`() throws {
        let intent: PaymentIntent = try JSON.decode(
            Array(
                #"{"id":"pi","amount":1,"currency":"usd","status":"succeeded","client_secret":"\#(Self.canary)"}"#.utf8)
        )
        #expect(Self.isSilent(about: intent))
        #expect(intent.clientSecret?.value == Self.canary)
        let endpoint: WebhookEndpoint = try JSON.decode(
            Array(
                #"{"id":"we","url":"u","enabled_events":[],"status":"enabled","secret":"\#(Self.canary)"}"#.utf8))
        #expect(Self.isSilent(about: endpoint))
        #expect(endpoint.secret?.value == Self.canary)
        let link: AccountLink = try JSON.decode(Array(#"{"url":"\#(Self.canary)","expires_at":1}"#.utf8))
        #expect(Self.isSilent(about: link))
    }

    @Test func `a key's mode is that of its prefix`() {
        #expect(SecretKey("sk_live_1").livemode == true)
        #expect(SecretKey("rk_test_1").livemode == false)
        #expect(SecretKey("anything").livemode == nil)
    }
}
