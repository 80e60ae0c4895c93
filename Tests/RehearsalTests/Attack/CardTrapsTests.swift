import Foundation
import Testing

@testable import Rehearsal

@Suite struct CardTrapsTests {
    private static let holdings = Holdings(
        things: Dictionary(
            uniqueKeysWithValues: [
                "accounts", "customers", "charges", "top_ups", "refunds", "disputes", "plans", "meters", "products",
                "organizations", "keys", "usage", "explain", "reconciliations", "authorizations", "webhook_events",
                "stripe_customers", "payment_methods",
            ].map { ($0, "the-id-of-\($0)-000001") }), keyID: "bkey_000000000001")

    @Test func `every path of the table can be filled, and what nobody has is named otherwise`() async throws {
        for route in try await RouteLine.table() {
            let known = try #require(Self.holdings.path(of: route), "\(route.name)")
            let unknown = try #require(Self.holdings.unknown.path(of: route))
            #expect(!known.contains("{"))
            #expect((known == unknown) == !route.path.contains("{"), "\(route.name)")
        }
    }

    @Test func `every body that is written down is JSON, and of a route that there is`() async throws {
        let routes = try await RouteLine.table().filter { $0.method == "POST" && $0.takesJSON }
        #expect(FullBodies.routes.subtracting(routes.map(\.name)) == [])
        for route in routes {
            let body = FullBodies.filled(route, with: Self.holdings, number: 7)
            let value = try JSONSerialization.jsonObject(with: Data(body.utf8))
            #expect(value is [String: Any] && !body.contains(/\{[a-z]/), "\(route.name): \(body)")
        }
    }

    @Test func `every text that the description of the API has in a body is in the body that is written down`()
        async throws
    {
        let file = AttackFileTests.root.appending(path: "Sources/Server/openapi.yaml")
        let description = APIText(try String(contentsOf: file, encoding: .utf8))
        var compared = 0
        for route in try await RouteLine.table() where route.method == "POST" && route.takesJSON {
            let texts = description.texts(of: route.path)
            let body = FullBodies.text(for: route)
            #expect(texts.filter { !body.contains("\"\($0)\"") } == [], "\(route.name)")
            compared += texts.count
        }
        #expect(compared > 60)
    }

    @Test func `a number is planted in each text and beside each field, and nowhere else`() throws {
        let body: [String: Any] = ["a": "x", "b": ["c": ["y", 1] as [Any]] as [String: Any], "d": 2]
        let places = CardTraps.places(in: body, [])
        #expect(places.map(\.description) == ["?", "a", "b.?", "b.c.0"])
        let texts = try places.map { place in
            let planted = CardTraps.planting("4242", at: place.path[...], asName: place.isName, in: body)
            let data = try JSONSerialization.data(withJSONObject: planted, options: .sortedKeys)
            return String(decoding: data, as: UTF8.self)
        }
        #expect(
            texts == [
                #"{"4242":"x","a":"x","b":{"c":["y",1]},"d":2}"#, #"{"a":"4242","b":{"c":["y",1]},"d":2}"#,
                #"{"a":"x","b":{"4242":"x","c":["y",1]},"d":2}"#, #"{"a":"x","b":{"c":["4242",1]},"d":2}"#,
            ])
    }
}

/// The description of the API, read by its indentation.
private struct APIText {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n") }

    /// The fields of a POST's body that take a text, at its outermost level.
    func texts(of path: String) -> [String] {
        guard let operation = block("  \(path):"), let post = Self.block("    post:", in: operation),
            let body = Self.block("      requestBody:", in: post)
        else { return [] }
        let named = body.joined().firstMatch(of: #/application/json: \{schema: \{\$ref: '#/components/schemas/(\w+)'/#)
        let schema = named.map { String($0.output.1) == "Usage" ? "UsageReport" : String($0.output.1) }
        guard let schema, let fields = block("    \(schema):").flatMap({ Self.block("      properties:", in: $0) })
        else { return [] }
        return fields.compactMap { line in
            let text = #/^        (\w+): \{.*(type: string|\[string|OptionalText|OptionalTimeInput|OptionalTime').*/#
            return line.firstMatch(of: text).map { String($0.output.1) }
        }
    }

    private func block(_ heading: String) -> [Substring]? { Self.block(heading, in: lines[...].map { $0 }) }

    private static func block(_ heading: String, in lines: [Substring]) -> [Substring]? {
        guard let start = lines.firstIndex(where: { $0 == heading }) else { return nil }
        let depth = heading.prefix { $0 == " " }.count
        return Array(lines[(start + 1)...].prefix { $0.prefix { $0 == " " }.count > depth })
    }
}
