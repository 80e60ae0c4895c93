import COpenSSL

/// What the database keeps of an unguessable text that only its holder has.
enum SecretDigest {
    /// SHA-256. A slow hash would add nothing: there is no guessing 256 random bits.
    static func of(_ secret: String) -> [UInt8] {
        let bytes = Array(secret.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
