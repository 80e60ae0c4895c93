public import Foundation

/// One attack on a webhook endpoint, as a file of `Webhooks/attacks` tells it. The README there says what may stand in
/// each field.
public struct AttackFile: Decodable, Sendable, Hashable {
    /// One sentence for people: what it tries, and why it must not work.
    public let why: String
    /// `platform` or `connect`.
    public let door: Door
    /// The `Stripe-Signature` fields, in the order in which they are sent; none at all is an attack, too.
    public let signature: [String]
    public let mac: Mac
    public let body: Body
    /// What becomes of the body after it was signed.
    public let afterwards: Change?
    /// Further header fields, sent as they are.
    public let fields: [String: String]
    public let framing: Framing
    /// How often it is sent.
    public let plays: Int
    public let answer: Answer
    public let left: Left

    public enum Door: String, Decodable, Sendable { case platform, connect }

    /// How `{mac}` is made.
    public struct Mac: Decodable, Sendable, Hashable {
        public enum Secret: String, Decodable, Sendable { case platform, connect, stranger, empty }
        public enum Digest: String, Decodable, Sendable { case sha1, sha256, sha512 }
        public enum Spelling: String, Decodable, Sendable { case hex, uppercase, base64 }

        /// The one of the door, unless it says otherwise.
        public var secret: Secret?
        public var over = "{now}.{body}"
        public var digest = Digest.sha256
        public var spelled = Spelling.hex
    }

    /// One of the fields says how it is made; without any, it is Stripe's own `payment_intent.created`.
    public struct Body: Decodable, Sendable, Hashable {
        /// The folder of the contract whose `payload.json` it is.
        public var event = "payment_intent.created"
        /// What is different in it, by path: `data.object.amount`.
        public var set: [String: Scalar] = [:]
        public var text: String?
        public var base64: String?
        public var `repeat`: String?
        public var times = 0
        /// What follows the repeated text, as often.
        public var then = ""
    }

    /// Exactly one of the fields.
    public struct Change: Decodable, Sendable, Hashable {
        public var append: String?
        public var prepend: String?
        /// What is replaced, and by what.
        public var replace: [String]?
        /// JSON with the same meaning, written otherwise.
        public var reformat: Bool?
        /// All bytes are others.
        public var base64: String?
    }

    public enum Framing: String, Decodable, Sendable, CaseIterable {
        case length
        case chunked
        case twoLengths = "two lengths"
        case lengthAndChunked = "length and chunked"
        case veiledChunked = "veiled chunked"
        case negativeLength = "negative length"
        case hugeChunk = "huge chunk"
        case bodyOnGet = "body on GET"
        /// The length ends in the middle of the body; what follows looks like a request of its own.
        case shortLength = "short length"
    }

    public struct Answer: Decodable, Sendable, Hashable {
        public let status: Int
        /// Of the problem; none where it is accepted.
        public let code: String?
    }

    /// What it leaves in the inbox; no attack leaves anything in the journal.
    public struct Left: Decodable, Sendable, Hashable {
        public var rows = 0
        /// `parked`, or `settled` where the event means nothing to Bursar.
        public var state: String?
        public var reason: String?
    }

    /// A JSON value without parts.
    public enum Scalar: Decodable, Sendable, Hashable {
        case null
        case flag(Bool)
        case number(Int64)
        case text(String)
    }
}

// MARK: Reading

extension AttackFile {
    private enum Field: String, CodingKey, CaseIterable {
        case why, door, signature, mac, body, afterwards, fields, framing, plays, answer, left
    }

    /// - Throws: `DecodingError`, also for a field that nobody knows: a misspelt attack would attack nothing.
    public init(json: Data) throws {
        self = try JSONDecoder().decode(AttackFile.self, from: json)
    }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: Field.self)
        why = try fields.decode(String.self, forKey: .why)
        door = try fields.decodeIfPresent(Door.self, forKey: .door) ?? .connect
        signature = try fields.decodeIfPresent([String].self, forKey: .signature) ?? ["t={now},v1={mac}"]
        mac = try fields.decodeIfPresent(Mac.self, forKey: .mac) ?? Mac()
        body = try fields.decodeIfPresent(Body.self, forKey: .body) ?? Body()
        afterwards = try fields.decodeIfPresent(Change.self, forKey: .afterwards)
        self.fields = try fields.decodeIfPresent([String: String].self, forKey: .fields) ?? [:]
        framing = try fields.decodeIfPresent(Framing.self, forKey: .framing) ?? .length
        plays = try fields.decodeIfPresent(Int.self, forKey: .plays) ?? 1
        answer = try fields.decode(Answer.self, forKey: .answer)
        left = try fields.decodeIfPresent(Left.self, forKey: .left) ?? Left()
    }
}

extension AttackFile.Mac {
    private enum Field: String, CodingKey, CaseIterable { case secret, over, digest, spelled }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: Field.self)
        secret = try fields.decodeIfPresent(Secret.self, forKey: .secret)
        over = try fields.decodeIfPresent(String.self, forKey: .over) ?? over
        digest = try fields.decodeIfPresent(Digest.self, forKey: .digest) ?? digest
        spelled = try fields.decodeIfPresent(Spelling.self, forKey: .spelled) ?? spelled
    }
}

extension AttackFile.Body {
    private enum Field: String, CodingKey, CaseIterable { case event, set, text, base64, `repeat`, times, then }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: Field.self)
        event = try fields.decodeIfPresent(String.self, forKey: .event) ?? event
        set = try fields.decodeIfPresent([String: AttackFile.Scalar].self, forKey: .set) ?? set
        text = try fields.decodeIfPresent(String.self, forKey: .text)
        base64 = try fields.decodeIfPresent(String.self, forKey: .base64)
        self.repeat = try fields.decodeIfPresent(String.self, forKey: .repeat)
        times = try fields.decodeIfPresent(Int.self, forKey: .times) ?? times
        then = try fields.decodeIfPresent(String.self, forKey: .then) ?? then
    }
}

extension AttackFile.Change {
    private enum Field: String, CodingKey, CaseIterable { case append, prepend, replace, reformat, base64 }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: Field.self)
        append = try fields.decodeIfPresent(String.self, forKey: .append)
        prepend = try fields.decodeIfPresent(String.self, forKey: .prepend)
        replace = try fields.decodeIfPresent([String].self, forKey: .replace)
        reformat = try fields.decodeIfPresent(Bool.self, forKey: .reformat)
        base64 = try fields.decodeIfPresent(String.self, forKey: .base64)
    }
}

extension AttackFile.Left {
    private enum Field: String, CodingKey, CaseIterable { case rows, state, reason }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: Field.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: Field.self)
        rows = try fields.decodeIfPresent(Int.self, forKey: .rows) ?? rows
        state = try fields.decodeIfPresent(String.self, forKey: .state)
        reason = try fields.decodeIfPresent(String.self, forKey: .reason)
    }
}

extension AttackFile.Scalar {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }
}

extension Decoder {
    fileprivate func refuseOthers(than known: [String]) throws {
        let names = try container(keyedBy: AnyName.self).allKeys
        guard let other = names.first(where: { !known.contains($0.stringValue) }) else { return }
        throw DecodingError.dataCorrupted(
            .init(codingPath: codingPath, debugDescription: "nobody knows the field \(other.stringValue)"))
    }
}

private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
