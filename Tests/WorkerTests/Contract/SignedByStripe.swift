import COpenSSL
import Stripe

extension WebhookSecret {
    /// The `Stripe-Signature` header that Stripe sends with `body`.
    func signature(of body: [UInt8], at seconds: Int64) -> String {
        let signed = Array("\(seconds).".utf8) + body
        let key = Array(value.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        var length = UInt32(digest.count)
        HMAC(EVP_sha256(), key, Int32(key.count), signed, signed.count, &digest, &length)
        let hex = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return "t=\(seconds),v1=\(hex)"
    }
}
