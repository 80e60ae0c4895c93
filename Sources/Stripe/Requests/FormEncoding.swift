extension FormParameters {
    /// `application/x-www-form-urlencoded` in Stripe's spelling of nests: `metadata[order]=7&expand[0]=customer`.
    /// Equal parameters give equal bytes, always; brackets inside a name are escaped and cannot open a nest.
    public var encoded: String {
        var pairs: [String] = []
        for field in fields {
            field.value.encode(name: PercentEncoding.encode(field.name), into: &pairs)
        }
        return pairs.joined(separator: "&")
    }
}

extension FormValue {
    fileprivate func encode(name: String, into pairs: inout [String]) {
        switch self {
        case .string(let text): pairs.append("\(name)=\(PercentEncoding.encode(text))")
        case .integer(let number): pairs.append("\(name)=\(number)")
        case .boolean(let flag): pairs.append("\(name)=\(flag)")
        case .list(let values):
            for (index, value) in values.enumerated() { value.encode(name: "\(name)[\(index)]", into: &pairs) }
        case .fields(let parameters):
            for field in parameters.fields {
                field.value.encode(name: "\(name)[\(PercentEncoding.encode(field.name))]", into: &pairs)
            }
        }
    }
}

/// RFC 3986: everything but the unreserved characters is escaped, so the text can stand in a path, a query or a form.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(contentsOf: [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
