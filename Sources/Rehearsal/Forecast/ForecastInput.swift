public import Foundation
import Worker

/// A Bursar's configuration whose year is to be played, as a file. It holds what the API takes, word by word: the
/// fields of `POST /v1/accounts`, and lists of what is sent to `POST /v1/meters`, `/v1/products`, `/v1/prices` and
/// `/v1/plans`. `customer` is what every customer is made with, besides a name and a plan; `auto_top_up` how their
/// wallets fill themselves; `usage` what they use in turn, each without id and customer. Only `currency` and `plans`
/// must be there.
public struct ForecastInput: Sendable {
    /// A list of the file; each of its members is a request of its own.
    enum Part: String, CaseIterable, Sendable {
        // In the order in which they need each other.
        case meters, products, prices, plans

        var path: String { "/v1/\(rawValue)" }
    }

    /// What `POST /v1/accounts` takes.
    let account: [String: JSONTree]
    let parts: [Part: [JSONTree]]
    let plans: [String]
    let customer: [String: JSONTree]
    let autoTopUp: JSONTree?
    /// Empty where the profile says what a request is.
    let usage: [[String: JSONTree]]

    /// What an account is that does not say so.
    private static let usual: [String: JSONTree] = [
        "name": .text("The merchant of the forecast"), "country": .text("US"), "stripe": .text("platform"),
        "cycle": .text("monthly"),
    ]

    /// A file that can be played as it is.
    public static let example = """
        {"country": "US", "currency": "usd", "stripe": "connect", "application_fee_percent": 2,
         "markup_percent": 30, "cycle": "monthly",
         "terms": {"dunning": {"retry_days": [2, 5], "give_up_days": 14, "at_end": "block"}},
         "meters": [{"slug": "pages", "aggregation": "sum", "field": "pages"}],
         "products": [{"slug": "reader", "metrics": [{"meter": "pages", "unit": "money", "mode": "graduated",
           "bands": [{"name": "first", "up_to": 1000, "unit_rate": "0.01"}, {"name": "more", "unit_rate": "0.005"}]}]}],
         "prices": [{"provider": "own", "model": "house-1",
           "per_million": {"input_tokens": "0.50", "output_tokens": "2"}}],
         "plans": [{"slug": "free", "terms": {"limits": {"day": {"requests": 5}}, "overage": "block"}},
                   {"slug": "pro", "terms": {"markup_percent": 20}}],
         "usage": [{"model": "house-1", "input_tokens": 2000, "output_tokens": 500},
                   {"product": "reader", "quantities": {"pages": 3}}]}
        """

    /// - Throws: `Breach`, naming what the file should hold. What the API has to say is said when it is played.
    public init(_ file: Data) throws {
        guard case .object(var fields)? = try? JSONDecoder().decode(JSONTree.self, from: file) else {
            throw Self.wrong("the file should hold one JSON object")
        }
        var parts: [Part: [JSONTree]] = [:]
        for part in Part.allCases {
            parts[part] = try Self.objects(fields.removeValue(forKey: part.rawValue), part.rawValue).map(
                JSONTree.object)
        }
        usage = try Self.objects(fields.removeValue(forKey: "usage"), "usage")
        customer = try Self.object(fields.removeValue(forKey: "customer"), "customer") ?? [:]
        autoTopUp = try Self.object(fields.removeValue(forKey: "auto_top_up"), "auto_top_up").map(JSONTree.object)
        guard case .text? = fields["currency"] else {
            throw Self.wrong("currency should hold three letters, such as usd")
        }
        guard let plans = parts[.plans], !plans.isEmpty else {
            throw Self.wrong("plans should hold a list of at least one plan")
        }
        self.plans = try plans.enumerated().map { place, plan in
            guard case .object(let fields) = plan, case .text(let slug)? = fields["slug"] else {
                throw Self.wrong("plans[\(place)].slug should hold the plan's name")
            }
            return slug
        }
        account = Self.usual.merging(fields) { _, said in said }
        self.parts = parts
    }

    private static func objects(_ value: JSONTree?, _ name: String) throws -> [[String: JSONTree]] {
        switch value {
        case nil, .null?: return []
        case .list(let values)?:
            return try values.enumerated().map { place, value in
                guard let fields = try object(value, "\(name)[\(place)]") else {
                    throw wrong("\(name)[\(place)] should hold a JSON object")
                }
                return fields
            }
        default: throw wrong("\(name) should hold a list")
        }
    }

    private static func object(_ value: JSONTree?, _ name: String) throws -> [String: JSONTree]? {
        switch value {
        case nil, .null?: nil
        case .object(let fields)?: fields
        default: throw wrong("\(name) should hold a JSON object")
        }
    }

    static func wrong(_ detail: String) -> Breach { Breach("configuration", detail) }
}
