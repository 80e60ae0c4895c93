public import Foundation

/// Makes the bytes of an attack: body, code, header and frame.
public struct AttackForge: Sendable {
    /// What the attacked Bursar is told to trust, and what is in its books.
    public struct Target: Sendable {
        public let platformSecret: String
        public let connectSecret: String
        /// A merchant's account at Stripe, whom Bursar knows.
        public let stripeAccount: String
        /// The `payload.json` of each event of the contract, by the event's name.
        public let payloads: [String: Data]

        public init(platformSecret: String, connectSecret: String, stripeAccount: String, payloads: [String: Data]) {
            self.platformSecret = platformSecret
            self.connectSecret = connectSecret
            self.stripeAccount = stripeAccount
            self.payloads = payloads
        }

        func secret(of door: AttackFile.Door) -> String {
            door == .platform ? platformSecret : connectSecret
        }
    }

    /// Stripe puts the secret by which a customer finishes a payment into each event about it.
    public static let secretInBody = "pi_attack_secret_canary_of_a_client"

    let target: Target
    let seconds: Int64

    /// - Parameter seconds: since 1970, what `{now}` says.
    public init(_ target: Target, seconds: Int64) {
        self.target = target
        self.seconds = seconds
    }

    /// - Parameter name: of the file: the event is named after it, so that each is one of its own.
    /// - Throws: `Breach` for a file that asks for what there is not.
    public func request(_ attack: AttackFile, name: String) throws -> [UInt8] {
        let body = try self.body(attack, name: name)
        let mac = code(attack, over: body)
        let sent = try change(body, attack.afterwards)
        var header = ["Host: 127.0.0.1", "Content-Type: application/json; charset=utf-8", "Connection: close"]
        header += attack.signature.map { "Stripe-Signature: \(filled($0, mac: mac))" }
        header += attack.fields.sorted { $0.key < $1.key }.map { "\($0.key): \(filled($0.value, mac: mac))" }
        let path = attack.door == .platform ? "/stripe/webhooks" : "/stripe/webhooks/connect"
        return Frame(attack.framing).request(path, header, sent)
    }

    // MARK: Body

    private func body(_ attack: AttackFile, name: String) throws -> [UInt8] {
        let body = attack.body
        if let base64 = body.base64 { return try Self.bytes(base64) }
        if let text = body.text { return Array(filled(text).utf8) }
        if let text = body.repeat {
            let (head, tail) = (String(repeating: text, count: body.times), body.then)
            return Array((head + String(repeating: tail, count: body.times)).utf8)
        }
        let id = "evt_attack_" + name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        return try event(body.event, id: id, connected: attack.door == .connect, setting: body.set)
    }

    /// An event as Stripe would send it now, with something else in it.
    func event(
        _ type: String, id: String, connected: Bool, setting changes: [String: AttackFile.Scalar] = [:]
    ) throws -> [UInt8] {
        guard let payload = target.payloads[type],
            var event = try JSONSerialization.jsonObject(with: payload) as? [String: Any]
        else { throw Breach("an attack file can be played", "there is no payload of \(type)") }
        event["id"] = id
        event["created"] = seconds
        event["account"] = connected ? target.stripeAccount : nil
        if type.hasPrefix("payment_intent.") {
            event = setting(.text(Self.secretInBody), at: ["data", "object", "client_secret"], in: event)
        }
        for (path, value) in changes {
            event = setting(value, at: path.split(separator: ".")[...], in: event)
        }
        return Array(
            try JSONSerialization.data(withJSONObject: event, options: [.sortedKeys, .withoutEscapingSlashes]))
    }

    private func setting(
        _ value: AttackFile.Scalar, at path: ArraySlice<Substring>, in object: [String: Any]
    ) -> [String: Any] {
        guard let name = path.first.map(String.init) else { return object }
        var object = object
        guard path.count == 1 else {
            object[name] = setting(value, at: path.dropFirst(), in: object[name] as? [String: Any] ?? [:])
            return object
        }
        object[name] =
            switch value {
            case .null: NSNull()
            case .flag(let flag): flag
            case .number(let number): number
            case .text(let text): filled(text)
            }
        return object
    }

    private func change(_ body: [UInt8], _ change: AttackFile.Change?) throws -> [UInt8] {
        guard let change else { return body }
        if let text = change.append { return body + Array(text.utf8) }
        if let text = change.prepend { return Array(text.utf8) + body }
        if let base64 = change.base64 { return try Self.bytes(base64) }
        if let pair = change.replace, pair.count == 2 {
            let text = String(decoding: body, as: UTF8.self)
            guard text.contains(pair[0]) else {
                throw Breach("an attack file can be played", "its body has no '\(pair[0])' to replace")
            }
            return Array(text.replacing(pair[0], with: pair[1]).utf8)
        }
        let value = try JSONSerialization.jsonObject(with: Data(body))
        return Array(try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys]))
    }

    private static func bytes(_ base64: String) throws -> [UInt8] {
        guard let data = Data(base64Encoded: base64) else {
            throw Breach("an attack file can be played", "'\(base64.prefix(20))…' is not base64")
        }
        return Array(data)
    }

    // MARK: Signature

    private func code(_ attack: AttackFile, over body: [UInt8]) -> String {
        let secret =
            switch attack.mac.secret {
            case nil: target.secret(of: attack.door)
            case .platform: target.platformSecret
            case .connect: target.connectSecret
            case .stranger: "whsec_of_somebody_else"
            case .empty: ""
            }
        let parts = attack.mac.over.split(separator: "{body}", omittingEmptySubsequences: false)
        let message = parts.map { Array(filled(String($0)).utf8) }.joined(separator: body)
        return MessageCode.spell(
            MessageCode.make(attack.mac.digest, key: secret, over: Array(message)), attack.mac.spelled)
    }

    /// `{mac}`, `{mac 63}` for its first 63 characters, `{zeros}`, `{account}`, `{now}`, `{now-301}`, and
    /// `<<1000 x text>>`.
    private func filled(_ text: String, mac: String = "") -> String {
        var text = Self.repeated(text)
        text.replace("{mac}", with: mac)
        text.replace("{account}", with: target.stripeAccount)
        text.replace("{zeros}", with: String(repeating: "0", count: 64))
        text.replace(#/\{mac (\d+)\}/#) { mac.prefix(Int($0.output.1) ?? 0) }
        text.replace(#/\{now([+-]\d+)?\}/#) { "\(seconds + ($0.output.1.flatMap { Int64($0) } ?? 0))" }
        return text
    }

    private static func repeated(_ text: String) -> String {
        text.replacing(#/<<(\d+) x (.*?)>>/#.dotMatchesNewlines()) {
            String(repeating: String($0.output.2), count: Int($0.output.1) ?? 0)
        }
    }
}

/// How a body is put on the wire: as HTTP says, or as those do it who want two servers to read two things.
private struct Frame {
    private let framing: AttackFile.Framing

    init(_ framing: AttackFile.Framing) { self.framing = framing }

    func request(_ path: String, _ header: [String], _ body: [UInt8]) -> [UInt8] {
        let method = framing == .bodyOnGet ? "GET" : "POST"
        let lines = (["\(method) \(path) HTTP/1.1"] + header + lengths(body)).map { "\($0)\r\n" }.joined()
        return Array("\(lines)\r\n".utf8) + onTheWire(body)
    }

    private func lengths(_ body: [UInt8]) -> [String] {
        switch framing {
        case .length, .bodyOnGet: ["Content-Length: \(body.count)"]
        case .chunked, .hugeChunk: ["Transfer-Encoding: chunked"]
        case .twoLengths: ["Content-Length: \(body.count)", "Content-Length: 5"]
        case .lengthAndChunked: ["Content-Length: \(body.count)", "Transfer-Encoding: chunked"]
        case .veiledChunked: ["Content-Length: \(body.count)", "Transfer-Encoding: xchunked"]
        case .negativeLength: ["Content-Length: -\(body.count)"]
        case .shortLength: ["Content-Length: \(body.count / 2)"]
        }
    }

    private func onTheWire(_ body: [UInt8]) -> [UInt8] {
        switch framing {
        case .chunked, .lengthAndChunked:
            let half = body.count / 2
            return chunk(body[..<half]) + chunk(body[half...]) + Array("0\r\n\r\n".utf8)
        case .hugeChunk: return Array("fffffffffffffffff\r\n".utf8) + body
        case .length, .twoLengths, .veiledChunked, .negativeLength, .bodyOnGet, .shortLength: return body
        }
    }

    private func chunk(_ part: ArraySlice<UInt8>) -> [UInt8] {
        guard !part.isEmpty else { return [] }
        return Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
    }
}
