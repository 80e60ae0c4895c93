import COpenSSL

/// Text at rest that nobody reads without a secret that the database does not hold: AES-256 in GCM, under a key made
/// from the secret and the purpose by HMAC-SHA256.
struct SealedText {
    private static let nonceLength = 12
    private static let tagLength = 16

    /// Nonce, then tag, then what was encrypted.
    let bytes: [UInt8]

    init(sealed bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameters:
    ///   - secret: unguessable.
    ///   - nonce: twelve random bytes.
    init(_ text: [UInt8], secret: String, purpose: String, nonce: [UInt8]) throws(WorkerError) {
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        guard nonce.count == Self.nonceLength, let cipher = EVP_CIPHER_CTX_new() else { throw .cannotSeal }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var output = [UInt8](repeating: 0, count: text.count)
        var length: Int32 = 0
        let key = Self.key(secret, purpose)
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(cipher, &output, &length, text, Int32(text.count)) == 1,
            EVP_EncryptFinal_ex(cipher, &tag, &length) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(Self.tagLength), &tag) == 1
        else { throw .cannotSeal }
        bytes = nonce + tag + output
    }

    /// - Returns: nil for another secret or purpose, and for bytes that were changed.
    func opened(with secret: String, purpose: String) -> [UInt8]? {
        let head = Self.nonceLength + Self.tagLength
        guard bytes.count >= head, let cipher = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        let nonce = Array(bytes[..<Self.nonceLength])
        var tag = Array(bytes[Self.nonceLength..<head])
        let text = Array(bytes[head...])
        var output = [UInt8](repeating: 0, count: text.count + Self.tagLength)
        var length: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, Self.key(secret, purpose), nonce) == 1,
            EVP_DecryptUpdate(cipher, &output, &length, text, Int32(text.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, Int32(Self.tagLength), &tag) == 1
        else { return nil }
        var rest = [UInt8](repeating: 0, count: Self.tagLength)
        guard EVP_DecryptFinal_ex(cipher, &rest, &length) == 1 else { return nil }
        return Array(output.prefix(text.count))
    }

    private static func key(_ secret: String, _ purpose: String) -> [UInt8] {
        let (secret, purpose) = (Array(secret.utf8), Array("bursar sealed text\0\(purpose)".utf8))
        var key = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        _ = HMAC(EVP_sha256(), secret, Int32(secret.count), purpose, purpose.count, &key, &length)
        return key
    }
}

extension WorkerError {
    static let cannotSeal = WorkerError(.unavailable, "cannot_seal", "nothing was done; try again")
}
