import COpenSSL

/// The `Stripe-Signature` of a body: `t=…,v1=…`, one `v1` for each active secret.
///
/// Source: docs.stripe.com/webhooks#verify-manually.
struct WebhookSignature: Sendable {
    let header: String

    /// - Parameter timestamp: seconds since 1970, part of what is signed.
    init(_ body: [UInt8], secrets: [String], timestamp: Int64) {
        let signed = Array("\(timestamp).".utf8) + body
        let schemes = secrets.map { "v1=" + Self.hex(Self.code(signed, key: Array($0.utf8))) }
        header = (["t=\(timestamp)"] + schemes).joined(separator: ",")
    }

    /// HMAC-SHA256.
    private static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        var length: UInt32 = 0
        _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
        return digest
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
