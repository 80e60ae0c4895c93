import Foundation

/// Card numbers where none belongs: in each text of each body, as a field's name, and around the body.
public struct CardTraps: Sendable {
    /// A request with one card number in it.
    public struct Trap: Sendable, Hashable {
        public let route: RouteLine
        /// Where the number is, for people: `metadata.since`, `Idempotency-Key`.
        public let place: String
        public let target: String
        public let headers: [String: String]
        public let body: String

        /// Whether it is in the body, where it has to be refused.
        public let isInBody: Bool
    }

    /// Numbers that networks and Stripe publish for tests.
    static let numbers = [
        "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "378282246310005",
        "6011111111111117", "3056930009020004", "36227206271667", "3566002020360505", "6200000000000005",
    ]

    /// How people write them.
    static let spellings: [@Sendable (String) -> String] = [
        { $0 }, { grouped($0, " ") }, { grouped($0, "-") }, { grouped($0, ".") }, { grouped($0, "\u{a0}") },
        { grouped($0, "_") }, { "card \($0), thanks" }, { grouped($0, " - ") }, { fullWidth($0) }, { "x" + $0 + "y" },
    ]

    private let holdings: Holdings
    private var chance: Chance
    private var number = 0

    /// - Parameter holdings: of the merchant whose key the requests are made with.
    public init(_ holdings: Holdings, seed: UInt64) {
        self.holdings = holdings
        chance = Chance(seed: seed)
    }

    /// All traps of one route.
    public mutating func traps(of route: RouteLine) -> [Trap] {
        guard let path = holdings.path(of: route) else { return [] }
        var traps = around(route, path)
        guard route.takesJSON else { return traps }
        let text = FullBodies.text(for: route)
        guard let body = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return traps }
        for place in Self.places(in: body, []) {
            for spelling in Self.spellings {
                let card = spelling(chance.pick(Self.numbers))
                traps.append(trap(route, path, place, body, card))
            }
        }
        return traps
    }

    /// Not in the body: in the path, the query, and the header.
    private mutating func around(_ route: RouteLine, _ path: String) -> [Trap] {
        var traps: [Trap] = []
        let body = route.method == "POST" && route.takesJSON ? filled(FullBodies.text(for: route)) : ""
        for spelling in ["", "-", ".", "%20"] {
            let card = Self.grouped(chance.pick(Self.numbers), spelling)
            traps.append(
                Trap(
                    route: route, place: "query", target: "\(path)?note=\(card)", headers: [:], body: body,
                    isInBody: false))
            if route.path.hasSuffix("}") || route.path.contains("}/") {
                let target = route.path.replacing(#/\{[a-z_]+\}/#, with: card)
                traps.append(
                    Trap(route: route, place: "path", target: target, headers: [:], body: body, isInBody: false))
            }
            let plain = card.replacing("%20", with: " ")
            for name in ["Idempotency-Key", "Bursar-Account", "User-Agent", "Traceparent", "Authorization"]
            where name != "Idempotency-Key" || route.method == "POST" {
                let value = name == "Authorization" ? "Bearer \(plain)" : plain
                traps.append(
                    Trap(route: route, place: name, target: path, headers: [name: value], body: body, isInBody: false))
            }
            for field in route.query.sorted().prefix(12) where spelling != "%20" {
                traps.append(
                    Trap(
                        route: route, place: "query", target: "\(path)?\(field)=\(card)", headers: [:], body: body,
                        isInBody: false))
            }
        }
        return traps
    }

    private mutating func trap(_ route: RouteLine, _ path: String, _ place: Place, _ body: Any, _ card: String) -> Trap
    {
        let planted = Self.planting(card, at: place.path[...], asName: place.isName, in: body)
        let data = try? JSONSerialization.data(withJSONObject: planted, options: [.sortedKeys])
        return Trap(
            route: route, place: place.description, target: path, headers: [:],
            body: filled(String(decoding: data ?? Data(), as: UTF8.self)), isInBody: true)
    }

    private mutating func filled(_ text: String) -> String {
        number += 1
        return FullBodies.filled(text, with: holdings, number: number)
    }

    // MARK: Places in JSON

    /// A text, or an object that a further field can be put into.
    struct Place: Hashable, CustomStringConvertible {
        let path: [String]
        let isName: Bool

        var description: String { path.joined(separator: ".") + (isName ? (path.isEmpty ? "?" : ".?") : "") }
    }

    static func places(in value: Any, _ path: [String]) -> [Place] {
        switch value {
        case let object as [String: Any]:
            [Place(path: path, isName: true)]
                + object.sorted { $0.key < $1.key }.flatMap { places(in: $0.value, path + [$0.key]) }
        case let list as [Any]: list.enumerated().flatMap { places(in: $0.element, path + ["\($0.offset)"]) }
        case is String: [Place(path: path, isName: false)]
        default: []
        }
    }

    static func planting(_ card: String, at path: ArraySlice<String>, asName: Bool, in value: Any) -> Any {
        guard let name = path.first else {
            guard asName, var object = value as? [String: Any] else { return card }
            object[card] = "x"
            return object
        }
        if var object = value as? [String: Any] {
            object[name] = planting(card, at: path.dropFirst(), asName: asName, in: object[name] ?? "")
            return object
        }
        guard var list = value as? [Any], let place = Int(name), list.indices.contains(place) else { return value }
        list[place] = planting(card, at: path.dropFirst(), asName: asName, in: list[place])
        return list
    }

    // MARK: Spellings

    /// In groups as they are printed on a card.
    private static func grouped(_ number: String, _ separator: String) -> String {
        let sizes = number.count == 15 ? [4, 6, 5] : number.count == 14 ? [4, 6, 4] : [4, 4, 4, 4]
        var rest = number[...]
        let groups = sizes.map { size in
            defer { rest = rest.dropFirst(size) }
            return String(rest.prefix(size))
        }
        return groups.joined(separator: separator)
    }

    private static func fullWidth(_ number: String) -> String {
        String(String.UnicodeScalarView(number.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
    }
}
