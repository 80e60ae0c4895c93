import Stripe

/// Tells whether a webhook secret is the one that an endpoint was made with, and says nothing else of it.
///
/// Stripe never shows a secret again, so the endpoint's metadata keep the beginning of its SHA-256: enough to know it
/// by, and of no use to whoever would guess a random secret.
enum SecretFingerprint {
    /// The name in the endpoint's metadata.
    static let name = "bursar_secret"

    /// The first 16 hexadecimal digits.
    static func of(_ secret: WebhookSecret) -> String {
        SecretDigest.of(secret.value).prefix(8)
            .map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
