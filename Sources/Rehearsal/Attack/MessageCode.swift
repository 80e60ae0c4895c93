import COpenSSL
import Foundation

/// Message authentication codes as an attacker makes them: the right one, and all that look like it.
enum MessageCode {
    static func make(_ digest: AttackFile.Mac.Digest, key: String, over message: [UInt8]) -> [UInt8] {
        let algorithm =
            switch digest {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        var code = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        let key = Array(key.utf8)
        HMAC(algorithm, key, Int32(key.count), message, message.count, &code, &length)
        return Array(code.prefix(Int(length)))
    }

    static func spell(_ code: [UInt8], _ spelling: AttackFile.Mac.Spelling) -> String {
        let hex = code.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return switch spelling {
        case .hex: hex
        case .uppercase: hex.uppercased()
        case .base64: Data(code).base64EncodedString()
        }
    }

    /// `Stripe-Signature` as Stripe itself writes it.
    static func signature(over body: [UInt8], secret: String, seconds: Int64) -> String {
        let code = make(.sha256, key: secret, over: Array("\(seconds).".utf8) + body)
        return "t=\(seconds),v1=\(spell(code, .hex))"
    }
}
