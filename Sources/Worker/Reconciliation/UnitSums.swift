import Billing

/// How much of each unit a customer's events report, in millionths; it can be written down and taken up again.
struct UnitSums: Codable, Hashable, Sendable {
    private(set) var millionths: [UsageUnit: Int128] = [:]

    init() {}

    mutating func add(_ quantities: Quantities) {
        guard !quantities.isEmpty else { return }
        for (unit, quantity) in quantities.sorted { millionths[unit, default: 0] += Int128(quantity.millionths) }
    }

    /// How what totals hold differs from it, for a person; empty where it does not.
    func differences(from totals: [UsageUnit: Int128]) -> [String] {
        Set(millionths.keys).union(totals.keys).sorted().compactMap { unit in
            let (reported, held) = (millionths[unit] ?? 0, totals[unit] ?? 0)
            return reported == held ? nil : "\(reported) millionths of \(unit) were reported, and they hold \(held)"
        }
    }

    init(from decoder: any Decoder) throws {
        let texts = try decoder.singleValueContainer().decode([String: String].self)
        for (name, text) in texts { millionths[try UsageUnit(name)] = Int128(text) ?? 0 }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            Dictionary(uniqueKeysWithValues: millionths.map { ($0.key.name, String($0.value)) }))
    }
}
