public import Foundation
import Worker

/// Plans and prices whose year is to be played, as a file: what would be sent to `POST /v1/accounts` and
/// `POST /v1/plans`.
///
///     {"currency": "usd", "markup_percent": 30, "cycle": "monthly", "terms": {…},
///      "plans": [{"slug": "free", "terms": {"limits": {"day": {"requests": 20}}, "overage": "block"}},
///                {"slug": "pro", "terms": {"markup_percent": 20}}]}
public struct ForecastInput: Sendable {
    struct Plan: Sendable {
        let slug: String
        let terms: JSONTree?
    }

    let currency: String
    let markupPercent: Decimal?
    let cycle: String
    let terms: JSONTree?
    let plans: [Plan]

    /// - Throws: `Breach`, with what the file should hold.
    public init(_ file: Data) throws {
        guard case .object(let fields)? = try? JSONDecoder().decode(JSONTree.self, from: file) else {
            throw Self.wrong("the file should hold one JSON object")
        }
        let known: Set = ["currency", "markup_percent", "cycle", "terms", "plans"]
        if let unknown = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw Self.wrong("\(unknown) is not known; there are \(known.sorted().joined(separator: ", "))")
        }
        guard case .text(let currency)? = fields["currency"] else {
            throw Self.wrong("currency should hold three letters, such as usd")
        }
        self.currency = currency
        markupPercent =
            switch fields["markup_percent"] {
            case nil, .null?: nil
            case .integer(let percent)?: Decimal(percent)
            case .decimal(let percent)?: percent
            default: throw Self.wrong("markup_percent should hold a number")
            }
        if case .text(let cycle)? = fields["cycle"] { self.cycle = cycle } else { cycle = "monthly" }
        terms = fields["terms"]
        guard case .list(let plans)? = fields["plans"], !plans.isEmpty else {
            throw Self.wrong("plans should hold a list of at least one plan")
        }
        self.plans = try plans.map { plan in
            guard case .object(let fields) = plan, case .text(let slug)? = fields["slug"] else {
                throw Self.wrong("each of plans should hold a slug, and terms")
            }
            return Plan(slug: slug, terms: fields["terms"])
        }
    }

    private static func wrong(_ detail: String) -> Breach { Breach("configuration", detail) }
}

/// How customers use it. Days are unlike: between half and one and a half times as much.
public struct UsageProfile: Sendable {
    public var customers = 12
    public var days = 365
    public var requestsPerDay = 10
    /// Of each request, in micros; not asked for where a model is named.
    public var costMicros: Int64 = 20_000
    public var model: String?
    public var inputTokens: Int64 = 2_000
    public var outputTokens: Int64 = 500
    /// Customers whose card declines, of a hundred.
    public var declinesPercent: Int64 = 10

    public init() {}
}
