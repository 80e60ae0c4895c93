import COpenSSL
import Ledger
import StripeSandbox

/// Carries Stripe's webhooks as the worst of networks would: each up to five times, in any order, up to three days
/// late, and one in five never. What is refused comes again, at Stripe's own pace.
struct Postman: Sendable {
    struct Letter: Sendable {
        let delivery: WebhookDelivery
        var due: Instant
        var tries = 0
    }

    private(set) var bag: [Letter] = []

    static let platformSecret = "whsec_rehearsal_platform"
    static let connectSecret = "whsec_rehearsal_connect"
    static let longestDelaySeconds: Int64 = 72 * 3_600
    private static let pausesInSeconds: [Int64] = [300, 1_800, 7_200, 18_000, 36_000, 36_000, 43_200, 43_200, 43_200]

    /// Takes over what Stripe has to send.
    /// - Returns: what went wrong, counted.
    mutating func take(
        over deliveries: [WebhookDelivery], at now: Instant, _ chance: inout Chance, isUnreliable: Bool
    ) -> [String] {
        var wrong: [String] = []
        for delivery in deliveries {
            guard isUnreliable else {
                bag.append(Letter(delivery: delivery, due: now))
                continue
            }
            if chance.happens(perMille: 200) {
                wrong.append("webhook dropped")
                continue
            }
            let copies = chance.happens(perMille: 300) ? chance.number(2...5) : 1
            if copies > 1 { wrong.append("webhook repeated") }
            for _ in 0..<copies {
                let delay = chance.happens(perMille: 500) ? 0 : chance.number(1...Self.longestDelaySeconds)
                if delay > 0 { wrong.append("webhook late") }
                bag.append(Letter(delivery: delivery, due: now.adding(seconds: delay)))
            }
        }
        return wrong
    }

    /// Nobody opened until `end`: what was due is tried again and again, and in the end given up.
    mutating func nobodyOpened(until end: Instant) {
        bag = bag.compactMap { letter in
            var letter = letter
            while letter.due < end {
                guard letter.tries < Self.pausesInSeconds.count else { return nil }
                letter.due = letter.due.adding(seconds: Self.pausesInSeconds[letter.tries])
                letter.tries += 1
            }
            return letter
        }
    }

    /// Any one of the letters that are due: they overtake each other.
    mutating func take(at now: Instant, _ chance: inout Chance) -> Letter? {
        let due = bag.indices.filter { bag[$0].due <= now }
        guard !due.isEmpty else { return nil }
        return bag.remove(at: chance.pick(due))
    }

    /// It was not acknowledged.
    mutating func putBack(_ letter: Letter, at now: Instant) {
        guard letter.tries < Self.pausesInSeconds.count else { return }
        var letter = letter
        letter.due = now.adding(seconds: Self.pausesInSeconds[letter.tries])
        letter.tries += 1
        bag.append(letter)
    }

    /// The header of this try: Stripe signs each anew.
    static func signature(_ letter: Letter, at now: Instant) -> String {
        signature(of: letter.delivery.body, isConnect: letter.delivery.url.hasSuffix("/connect"), at: now)
    }

    static func signature(of body: [UInt8], isConnect: Bool, at now: Instant) -> String {
        let secret = isConnect ? connectSecret : platformSecret
        let signed = Array("\(now.secondsSince1970).".utf8) + body
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let key = Array(secret.utf8)
        HMAC(EVP_sha256(), key, Int32(key.count), signed, signed.count, &digest, nil)
        let hex = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return "t=\(now.secondsSince1970),v1=\(hex)"
    }
}
