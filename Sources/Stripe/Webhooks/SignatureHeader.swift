/// `Stripe-Signature`, read strictly: `t=1795200000,v1=<64 lowercase hex>[,v1=…][,v0=…]`, in any order, without spaces.
///
/// The official SDKs differ in what else they let through (a space after a comma, two `t`, a trailing comma,
/// uppercase); Stripe sends none of it, so here all of it is malformed. Schemes other than `v1` are skipped.
struct SignatureHeader: Equatable {
    static let maximumBytes = 4_096
    static let maximumItems = 32
    static let digestBytes = 32

    /// As it was sent: it is part of what was signed.
    let timestampText: [UInt8]
    let timestampSeconds: Int64
    /// 1 to `maximumItems` digests of 32 bytes.
    let v1: [[UInt8]]

    init(_ text: String) throws(SignatureError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .missing }
        guard bytes.count <= Self.maximumBytes else { throw .malformed }
        let items = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard items.count <= Self.maximumItems else { throw .malformed }
        var timestamp: (text: [UInt8], seconds: Int64)?
        var digests: [[UInt8]] = []
        for item in items {
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { throw .malformed }
            let value = item[(equals + 1)...]
            switch String(decoding: item[..<equals], as: UTF8.self) {
            case "t":
                guard timestamp == nil, let seconds = Self.seconds(value) else { throw .malformed }
                timestamp = (Array(value), seconds)
            case "v1":
                guard let digest = Self.digest(value) else { throw .malformed }
                digests.append(digest)
            case let scheme:
                guard Self.isScheme(scheme) else { throw .malformed }
            }
        }
        guard let timestamp else { throw .malformed }
        guard !digests.isEmpty else { throw .noV1 }
        timestampText = timestamp.text
        timestampSeconds = timestamp.seconds
        v1 = digests
    }

    /// 1 to 12 decimal digits, which reach beyond the year 30000 and cannot overflow.
    private static func seconds(_ text: ArraySlice<UInt8>) -> Int64? {
        guard (1...12).contains(text.count) else { return nil }
        var seconds: Int64 = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            seconds = seconds * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return seconds
    }

    private static func digest(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count == 2 * digestBytes else { return nil }
        var digest: [UInt8] = []
        digest.reserveCapacity(digestBytes)
        var high: UInt8?
        for byte in text {
            guard let digit = lowercaseHexDigit(byte) else { return nil }
            if let first = high {
                digest.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return digest
    }

    private static func lowercaseHexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func isScheme(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}
