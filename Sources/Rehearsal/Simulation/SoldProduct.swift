import Worker

/// What was used of a merchant's product in one event.
struct ProductUse: Sendable, Hashable {
    let pages: Int64
    let seats: Int64
    let session: String
}

/// What every merchant sells by meters: pages by graduated tiers in money, visits by volume in credits, the most seats
/// at once, and different sessions.
///
/// Its prices are written down here once: for the merchant, who makes it by the API, and for the oracle, who works out
/// by itself what a month of it costs.
struct SoldProduct: Sendable {
    enum Aggregation: String, Sendable { case sum, count, max, sessions = "unique_count" }

    struct Metric: Sendable {
        let meter: String
        let aggregation: Aggregation
        let isGraduated: Bool
        let isInCredits: Bool
        let bands: [Band]
    }

    struct Band: Sendable {
        /// The last unit that is in it; nil for no end.
        let upTo: Int64?
        /// Millionths of a millionth of the currency's major unit, or of a credit.
        let picos: Int64
        /// Micros, or millionths of a credit, on entering.
        let fixed: Int64
    }

    static let slug = "reader"
    static let creditMicros: Int64 = 10_000

    static let metrics = [
        Metric(
            meter: "pages", aggregation: .sum, isGraduated: true, isInCredits: false,
            bands: [
                Band(upTo: 100, picos: 20_000_000_000, fixed: 0), Band(upTo: 1_000, picos: 13_333_333_333, fixed: 7),
                Band(upTo: nil, picos: 9_000_000_001, fixed: 1_500_000),
            ]),
        Metric(
            meter: "visits", aggregation: .count, isGraduated: false, isInCredits: true,
            bands: [
                Band(upTo: 5, picos: 2_500_000_000_000, fixed: 0),
                Band(upTo: nil, picos: 333_333_333_333, fixed: 100_000),
            ]),
        Metric(
            meter: "seats", aggregation: .max, isGraduated: true, isInCredits: false,
            bands: [Band(upTo: 2, picos: 0, fixed: 0), Band(upTo: nil, picos: 150_000_000_000, fixed: 0)]),
        Metric(
            meter: "sessions", aggregation: .sessions, isGraduated: true, isInCredits: true,
            bands: [Band(upTo: nil, picos: 1_000_000_000_000, fixed: 0)]),
    ]

    // MARK: As the API takes it

    static var creditValues: JSONTree {
        .list([.object(["from": .text("2020-01-01"), "micros": .integer(creditMicros)])])
    }

    static func meter(_ metric: Metric) -> JSONTree {
        var members: [String: JSONTree] = [
            "slug": .text(metric.meter), "aggregation": .text(metric.aggregation.rawValue),
        ]
        switch metric.aggregation {
        case .sum, .max: members["field"] = .text(metric.meter)
        case .sessions: members["field"] = .text("metadata.session")
        case .count: break
        }
        return .object(members)
    }

    static var product: JSONTree {
        let metrics = metrics.map { metric in
            JSONTree.object([
                "meter": .text(metric.meter), "unit": .text(metric.isInCredits ? "credits" : "money"),
                "mode": .text(metric.isGraduated ? "graduated" : "volume"),
                "bands": .list(metric.bands.enumerated().map { band($0.element, named: "band \($0.offset)") }),
            ])
        }
        return .object(["slug": .text(slug), "metrics": .list(metrics)])
    }

    private static func band(_ band: Band, named name: String) -> JSONTree {
        let digits = String(band.picos)
        let decimals = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        var members: [String: JSONTree] = [
            "name": .text(name), "unit_rate": .text("\(decimals.dropLast(12)).\(decimals.suffix(12))"),
            "fixed_micros": .integer(band.fixed),
        ]
        members["up_to"] = band.upTo.map(JSONTree.integer)
        return .object(members)
    }
}
