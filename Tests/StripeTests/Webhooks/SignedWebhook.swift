import COpenSSL

@testable import Stripe

/// Signs as Stripe does; only tests and the sandbox ever sign.
enum SignedWebhook {
    static func digest(secret: String, seconds: Int64, body: [UInt8]) -> String {
        let signed = Array("\(seconds).".utf8) + body
        let key = Array(secret.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        _ = HMAC(EVP_sha256(), key, Int32(key.count), signed, signed.count, &digest, nil)
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static func header(secret: String, seconds: Int64, body: [UInt8]) -> String {
        "t=\(seconds),v1=\(digest(secret: secret, seconds: seconds, body: body))"
    }
}
