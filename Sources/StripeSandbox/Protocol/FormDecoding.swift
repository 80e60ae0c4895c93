/// What a form or a query says before anything is known of its types: Stripe's nested notation `a[b][0][c]=text`.
indirect enum FormValue: Equatable {
    case text(String)
    case fields([(name: String, value: FormValue)])

    static func == (one: FormValue, other: FormValue) -> Bool {
        switch (one, other) {
        case (.text(let a), .text(let b)): a == b
        case (.fields(let a), .fields(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }
}

/// A decoded `application/x-www-form-urlencoded` text.
struct Form {
    private(set) var root = FormValue.fields([])
    /// The pairs in the order in which they came, for log and fingerprint.
    private(set) var pairs: [(name: String, value: String)] = []

    init(_ text: String) {
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Form.unescape(halves[0])
            let value = halves.count > 1 ? Form.unescape(halves[1]) : ""
            pairs.append((name, value))
            root = Form.insert(value, at: Form.path(of: name)[...], into: root)
        }
    }

    /// The last value given for a name, for flat forms.
    subscript(name: String) -> String? { pairs.last { $0.name == name }?.value }

    private static func path(of name: String) -> [String] {
        guard let bracket = name.firstIndex(of: "["), name.hasSuffix("]") else { return [name] }
        let inner = name[name.index(after: bracket)...].dropLast()
        return [String(name[..<bracket])]
            + inner.split(separator: "][", omittingEmptySubsequences: false).map(String.init)
    }

    /// An empty segment, as in `expand[]=x`, is the next number.
    private static func insert(_ text: String, at path: ArraySlice<String>, into node: FormValue) -> FormValue {
        guard let first = path.first else { return .text(text) }
        var fields: [(name: String, value: FormValue)] = []
        if case .fields(let existing) = node { fields = existing }
        let name = first.isEmpty ? String(fields.count) : first
        let rest = path.dropFirst()
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].value = insert(text, at: rest, into: fields[index].value)
        } else {
            fields.append((name, insert(text, at: rest, into: .fields([]))))
        }
        return .fields(fields)
    }

    static func unescape(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%"), let code = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }
}

/// A URL with more parameters in its query.
func url(_ base: String, adding parameters: [(name: String, value: String)]) -> String {
    guard !parameters.isEmpty else { return base }
    let pairs = parameters.map { Form.escape($0.name) + "=" + Form.escape($0.value) }
    return base + (base.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
}
