import Testing

@testable import Stripe

@Suite struct WebhookSignatureTests {
    private static let now: Int64 = 1_795_200_000
    private static let secret = "whsec_test"
    private static let body = Array(#"{"id":"evt_1","object":"event"}"#.utf8)

    private static func verdict(
        header: String?, body: [UInt8] = body, secrets: [String] = [secret], tolerance: Int64 = 300
    ) -> SignatureError? {
        do throws(SignatureError) {
            try WebhookSignature.verify(
                header: header, body: body, secrets: secrets.map(WebhookSecret.init), nowSeconds: now,
                toleranceSeconds: tolerance)
            return nil
        } catch {
            return error
        }
    }

    private static func signed(ageSeconds: Int64 = 0, secret: String = secret, body: [UInt8] = body) -> String {
        SignedWebhook.header(secret: secret, seconds: now - ageSeconds, body: body)
    }

    @Test func `what Stripe signed is accepted`() {
        #expect(Self.verdict(header: Self.signed()) == nil)
        let empty: [UInt8] = []
        #expect(Self.verdict(header: Self.signed(body: empty), body: empty) == nil)
        let large = [UInt8](repeating: 0x7B, count: 256 << 10)
        #expect(Self.verdict(header: Self.signed(body: large), body: large) == nil)
    }

    @Test func `five minutes old is accepted and a second more is not`() {
        #expect(Self.verdict(header: Self.signed(ageSeconds: 300)) == nil)
        #expect(Self.verdict(header: Self.signed(ageSeconds: 301)) == .tooOld)
        #expect(Self.verdict(header: Self.signed(ageSeconds: -86_400)) == nil)
        #expect(Self.verdict(header: Self.signed(ageSeconds: 1), tolerance: 0) == .tooOld)
    }

    @Test func `too old is said only of what was really signed`() {
        let forged = "t=\(Self.now - 999),v1=" + String(repeating: "0", count: 64)
        #expect(Self.verdict(header: forged) == .mismatch)
    }

    @Test func `any v1 under any secret is enough, wherever it stands`() {
        let good = SignedWebhook.digest(secret: Self.secret, seconds: Self.now, body: Self.body)
        let bad = String(repeating: "0", count: 64)
        #expect(Self.verdict(header: "t=\(Self.now),v1=\(bad),v1=\(good)") == nil)
        #expect(Self.verdict(header: "v1=\(good),v0=\(bad),t=\(Self.now)") == nil)
        #expect(Self.verdict(header: Self.signed(), secrets: ["whsec_old", Self.secret]) == nil)
        #expect(Self.verdict(header: Self.signed(), secrets: [Self.secret, "whsec_new"]) == nil)
        #expect(Self.verdict(header: Self.signed(), secrets: ["whsec_old", "whsec_new"]) == .mismatch)
    }

    @Test func `v0 proves nothing`() {
        let good = SignedWebhook.digest(secret: Self.secret, seconds: Self.now, body: Self.body)
        #expect(Self.verdict(header: "t=\(Self.now),v0=\(good)") == .noV1)
    }

    @Test func `without a header, a secret or a part of either there is a reason for it`() {
        #expect(Self.verdict(header: nil) == .missing)
        #expect(Self.verdict(header: "") == .missing)
        #expect(Self.verdict(header: Self.signed(), secrets: []) == .noSecret)
        #expect(Self.verdict(header: Self.signed(secret: ""), secrets: [""]) == .noSecret)
        #expect(Self.verdict(header: Self.signed(secret: ""), secrets: [Self.secret, ""]) == .noSecret)
        #expect(Self.verdict(header: "t=\(Self.now)") == .noV1)
    }

    @Test(arguments: 0..<40)
    func `a body with one bit turned is refused`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            var damaged = Self.body
            let at = Int.random(in: damaged.indices, using: &generator)
            damaged[at] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
            #expect(Self.verdict(header: Self.signed(), body: damaged) == .mismatch)
        }
        #expect(Self.verdict(header: Self.signed(), body: Self.body + [0x20]) == .mismatch)
        #expect(Self.verdict(header: Self.signed(), body: Array(Self.body.dropLast())) == .mismatch)
    }

    /// Every accepted header must be one that Stripe could have sent for this body: a strict second reading decides.
    @Test(arguments: 0..<100)
    func `of any number of mutated headers only those with the exact signature pass`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let good = SignedWebhook.digest(secret: Self.secret, seconds: Self.now, body: Self.body)
        for _ in 0..<100 {
            let mutated = Self.mutate("t=\(Self.now),v1=\(good)", &generator)
            let parts = mutated.split(separator: ",", omittingEmptySubsequences: false)
            let isExact = parts.contains("v1=\(good)") && parts.filter { $0.hasPrefix("t=") } == ["t=\(Self.now)"]
            if Self.verdict(header: mutated) == nil {
                #expect(isExact, "accepted: \(mutated)")
            }
        }
    }

    private static func mutate(_ header: String, _ generator: inout SeededGenerator) -> String {
        var bytes = Array(header.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let at = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[at] = UInt8.random(in: 0x20...0x7E, using: &generator)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(Array(",=tv10 a".utf8).randomElement(using: &generator)!, at: at)
            case 3: bytes.insert(contentsOf: bytes[at...].prefix(20), at: at)
            default: bytes[at] ^= 0x20
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
