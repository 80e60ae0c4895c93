/// Why a webhook's signature was not accepted. The raw value is stable and holds no data.
public enum SignatureError: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    /// No `Stripe-Signature` header, or an empty one.
    case missing = "signature_missing"
    /// Not in the form in which Stripe sends it.
    case malformed = "signature_malformed"
    /// A header with no `v1`; other schemes prove nothing.
    case noV1 = "signature_no_v1"
    /// No `v1` belongs to this body under any of the secrets.
    case mismatch = "signature_mismatch"
    /// Signed with one of the secrets, but longer ago than is tolerated.
    case tooOld = "signature_too_old"
    /// There is no secret to check with.
    case noSecret = "signature_no_secret"

    public var description: String { rawValue }
}
