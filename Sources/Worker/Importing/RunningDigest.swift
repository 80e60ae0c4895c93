import COpenSSL

/// SHA-256 of a stream, whose value can be asked for on the way.
public final class RunningDigest {
    private let state: OpaquePointer

    public convenience init() {
        self.init(EVP_MD_CTX_new())
        EVP_DigestInit_ex(state, EVP_sha256(), nil)
    }

    private init(_ state: OpaquePointer) { self.state = state }

    deinit { EVP_MD_CTX_free(state) }

    public func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(state, bytes.baseAddress, bytes.count) }

    /// One that goes its own way from here.
    public func copy() -> RunningDigest {
        let copy = RunningDigest(EVP_MD_CTX_new())
        EVP_MD_CTX_copy_ex(copy.state, state)
        return copy
    }

    /// Of what was added so far, in hexadecimal.
    public var value: String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let end = copy()
        withExtendedLifetime(end) { _ = EVP_DigestFinal_ex(end.state, &digest, nil) }
        return digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
