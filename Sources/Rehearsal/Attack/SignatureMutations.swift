/// Changes captured webhooks until nothing proves that Stripe sent them: bits, bytes, pieces, and parts of one put on
/// another. A seed decides all of it.
public struct SignatureMutations: Sendable {
    /// A webhook as it was signed.
    public struct Captured: Sendable {
        public let seconds: Int64
        public let mac: String
        public let body: [UInt8]

        public init(body: [UInt8], secret: String, seconds: Int64) {
            self.seconds = seconds
            self.body = body
            mac = MessageCode.spell(
                MessageCode.make(.sha256, key: secret, over: Array("\(seconds).".utf8) + body), .hex)
        }

        public var header: [UInt8] { Array("t=\(seconds),v1=\(mac)".utf8) }
    }

    /// What is sent in its place.
    public struct Mutant: Sendable, Hashable {
        public var header: [UInt8]
        public var body: [UInt8]
    }

    private let captured: [Captured]
    private var chance: Chance

    public init(_ captured: [Captured], seed: UInt64) {
        self.captured = captured
        chance = Chance(seed: seed)
    }

    /// The next one that proves nothing any more.
    public mutating func next() -> Mutant {
        while true {
            let origin = chance.pick(captured)
            var mutant = Mutant(header: origin.header, body: origin.body)
            for _ in 0..<chance.number(1...3) { mutate(&mutant) }
            if !captured.contains(where: { Self.isProven(mutant, by: $0) }) { return mutant }
        }
    }

    /// Whether the true time, a true code and the true body are all there: written down without the product's own
    /// reading of the header.
    static func isProven(_ mutant: Mutant, by captured: Captured) -> Bool {
        guard mutant.body == captured.body else { return false }
        // HTTP takes away the blanks around a field.
        let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 }
        let header = mutant.header.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        let items = Array(header).split(separator: UInt8(ascii: ","))
        return items.contains(Array("t=\(captured.seconds)".utf8)[...])
            && items.contains(Array("v1=\(captured.mac)".utf8)[...])
    }

    private mutating func mutate(_ mutant: inout Mutant) {
        switch chance.place(of: 8) {
        case 0, 1, 2: mutant.header = changed(mutant.header)
        case 3, 4: mutant.body = changed(mutant.body)
        case 5: mutant.header = graft(mutant.header)
        case 6: mutant.body = chance.pick(captured).body
        default: mutant.header = chance.pick(captured).header
        }
    }

    /// The time of one, the code of another, in some order.
    private mutating func graft(_ header: [UInt8]) -> [UInt8] {
        let (time, code) = (chance.pick(captured), chance.pick(captured))
        let scheme = chance.pick(["v1", "v0", "v2", "V1", " v1", "v1 ", "v01", ""])
        var seconds = "\(time.seconds)"
        if chance.happens(perMille: 500) {
            seconds = chance.pick(["0", "-1", "+\(seconds)", "0\(seconds)", "\(seconds).0"])
        }
        let items = ["t=\(seconds)", "\(scheme)=\(code.mac)"]
        let other = chance.happens(perMille: 300) ? ["v1=" + String(repeating: "0", count: 64)] : []
        let ordered = chance.happens(perMille: 500) ? items : items.reversed()
        return Array((ordered + other).joined(separator: chance.pick([",", ", ", ";", ",,"])).utf8)
    }

    private mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [UInt8(truncatingIfNeeded: chance.next())] }
        var bytes = bytes
        let place = chance.place(of: bytes.count)
        switch chance.place(of: 8) {
        case 0: bytes[place] ^= 1 << UInt8(chance.place(of: 8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: bytes.removeSubrange(..<place)
        case 6: bytes.swapAt(place, chance.place(of: bytes.count))
        default:
            let end = min(bytes.count, place + 1 + chance.place(of: 80))
            bytes.insert(contentsOf: bytes[place..<end], at: chance.place(of: bytes.count))
        }
        return bytes
    }
}

extension SignatureMutations.Mutant {
    /// As it is sent, on a connection of its own: what a line's end in the header makes of the rest is not read as an
    /// answer to the next.
    public func request(_ path: String) -> [UInt8] {
        let fields = ["Host: 127.0.0.1", "Connection: close", "Content-Length: \(body.count)", "Stripe-Signature: "]
        let head = "POST \(path) HTTP/1.1\r\n" + fields.joined(separator: "\r\n")
        return Array(head.utf8) + header + Array("\r\n\r\n".utf8) + body
    }
}
