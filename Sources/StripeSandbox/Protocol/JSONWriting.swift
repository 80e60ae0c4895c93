extension JSON {
    /// The text of this value as UTF-8, laid out over lines with two spaces, as Stripe's answers and webhooks are.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }
}

private struct JSONWriter {
    var bytes: [UInt8] = []
    private var depth = 0

    mutating func write(_ value: JSON) {
        switch value {
        case .null: put("null")
        case .bool(let flag): put(flag ? "true" : "false")
        case .int(let number): put(String(number))
        case .decimal(let digits): put(digits)
        case .string(let text): quote(text)
        case .array(let elements):
            enclose("[", "]", elements) { writer, element in writer.write(element) }
        case .object(let object):
            enclose("{", "}", object.members) { writer, member in
                writer.quote(member.key)
                writer.put(": ")
                writer.write(member.value)
            }
        }
    }

    private mutating func enclose<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ each: (inout JSONWriter, Element) -> Void
    ) {
        put(open)
        depth += 1
        for (index, element) in elements.enumerated() {
            put(index == 0 ? "\n" : ",\n")
            indent()
            each(&self, element)
        }
        depth -= 1
        if !elements.isEmpty {
            put("\n")
            indent()
        }
        put(close)
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func indent() {
        for _ in 0..<depth { bytes.append(contentsOf: [0x20, 0x20]) }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): put("\\\"")
            case UInt8(ascii: "\\"): put("\\\\")
            case 0x0A: put("\\n")
            case 0x0D: put("\\r")
            case 0x09: put("\\t")
            case 0..<0x20: put("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
