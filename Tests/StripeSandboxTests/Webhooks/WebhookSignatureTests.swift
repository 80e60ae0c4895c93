import Testing

@testable import StripeSandbox

@Suite struct WebhookSignatureTests {
    private let body = Array("{\"id\": \"evt_1\", \"ü\": true}".utf8)

    /// The expected codes come from Python's hmac module: `hmac.new(secret, b"1790000000." + body, "sha256")`.
    @Test(arguments: [
        ("whsec_a", "f346d649302c158d33f799b2cd5552cdfa2dd08b6cef0421d8595117f3ebd734"),
        (String(repeating: "long", count: 40), "308a6adc600309bc3ae7429bf25254b81db2314522301a20011f4e37480c1b57"),
    ])
    func `time, dot and body are signed with the whole secret`(secret: String, code: String) {
        let signature = WebhookSignature(body, secrets: [secret], timestamp: 1_790_000_000)
        #expect(signature.header == "t=1790000000,v1=\(code)")
    }

    @Test func `each active secret signs`() {
        let both = WebhookSignature(body, secrets: ["a", "b"], timestamp: 5).header
        let one = WebhookSignature(body, secrets: ["b"], timestamp: 5).header
        #expect(both.hasSuffix(one.dropFirst("t=5".count)))
        #expect(both.split(separator: ",").count == 3)
    }
}
