private import COpenSSL

/// Whether a webhook came from Stripe: HMAC-SHA256 over `{t}.{body}`, keyed with the endpoint's whole secret.
/// https://docs.stripe.com/webhooks#verify-manually
public enum WebhookSignature {
    /// Stripe's own.
    public static let defaultToleranceSeconds: Int64 = 300

    /// Returns when some `v1` of the header is that of these very bytes under one of the secrets, and is not older than
    /// the tolerance. A timestamp in the future is accepted, as by every official SDK.
    /// - Parameters:
    ///   - header: the value of `Stripe-Signature`, nil when there was none.
    ///   - body: the bytes as they came.
    ///   - secrets: those of this endpoint; several while one rolls.
    ///   - nowSeconds: since 1970.
    public static func verify(
        header: String?, body: UnsafeRawBufferPointer, secrets: [WebhookSecret], nowSeconds: Int64,
        toleranceSeconds: Int64 = defaultToleranceSeconds
    ) throws(SignatureError) {
        guard let header else { throw .missing }
        guard !secrets.isEmpty, !secrets.contains(where: { $0.bytes.isEmpty }) else { throw .noSecret }
        let parsed = try SignatureHeader(header)
        guard matches(parsed, body: body, secrets: secrets) else { throw .mismatch }
        let oldest = nowSeconds.subtractingReportingOverflow(toleranceSeconds)
        guard !oldest.overflow, parsed.timestampSeconds >= oldest.partialValue else { throw .tooOld }
    }

    /// As above, over an array.
    public static func verify(
        header: String?, body: [UInt8], secrets: [WebhookSecret], nowSeconds: Int64,
        toleranceSeconds: Int64 = defaultToleranceSeconds
    ) throws(SignatureError) {
        let result: Result<Void, SignatureError> = body.withUnsafeBytes { bytes in
            Result { () throws(SignatureError) in
                try verify(
                    header: header, body: bytes, secrets: secrets, nowSeconds: nowSeconds,
                    toleranceSeconds: toleranceSeconds)
            }
        }
        try result.get()
    }

    /// Compares every `v1` with every secret's digest and never stops early, so that the time taken tells nothing.
    private static func matches(
        _ header: SignatureHeader, body: UnsafeRawBufferPointer, secrets: [WebhookSecret]
    ) -> Bool {
        let prefix = header.timestampText + [UInt8(ascii: ".")]
        return withUnsafeTemporaryAllocation(byteCount: prefix.count + body.count, alignment: 1) { signed in
            signed.copyBytes(from: prefix)
            UnsafeMutableRawBufferPointer(rebasing: signed[prefix.count...]).copyMemory(from: body)
            var matched = false
            for secret in secrets {
                guard let expected = hmacSHA256(key: secret.bytes, UnsafeRawBufferPointer(signed)) else { continue }
                for digest in header.v1 where CRYPTO_memcmp(digest, expected, SignatureHeader.digestBytes) == 0 {
                    matched = true
                }
            }
            return matched
        }
    }

    private static func hmacSHA256(key: [UInt8], _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: SignatureHeader.digestBytes)
        let made = HMAC(
            EVP_sha256(), key, Int32(clamping: key.count), bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
            bytes.count, &digest, nil)
        return made == nil ? nil : digest
    }
}
