/// How a meter makes one number of many events.
public enum MeterAggregation: String, Codable, CaseIterable, Sendable {
    case sum, average, max, count
    /// How many different values.
    case uniqueCount = "unique_count"
    /// The value of the event that happened last.
    case latest

    /// Whether what one event has added can be taken back without looking at all the others.
    public var isReversible: Bool { self == .sum || self == .average || self == .count }
}

/// What a meter counts: which events, and what of them.
public struct MeterRule: Hashable, Sendable {
    public var aggregation: MeterAggregation
    /// A unit such as `input_tokens`, or for `unique_count` an attribute such as `metadata.session`; `nil` for `count`.
    public var field: String?
    /// Only events with all of these attributes, such as `model` or `metadata.region`, count.
    public var filter: [String: String]

    static let mostFilters = 10

    public init(_ aggregation: MeterAggregation, of field: String? = nil, filter: [String: String] = [:]) {
        self.aggregation = aggregation
        self.field = field
        self.filter = filter
    }

    /// The attributes that an event has of its own; all others are `metadata.…`.
    public static let attributes = [
        "customer", "provider", "model", "feature", "action", "key", "organization", "product",
    ]

    static func isAttribute(_ name: String) -> Bool {
        attributes.contains(name) || name.hasPrefix("metadata.") && name.count > "metadata.".count
    }

    /// The first thing that cannot hold.
    public var fault: TermsFault? {
        switch aggregation {
        case .count:
            guard field == nil else { return TermsFault("field", "count counts events; leave the field out") }
        case .uniqueCount:
            guard let field, Self.isAttribute(field) else { return TermsFault("field", Self.attributeSentence) }
        case .sum, .average, .max, .latest:
            guard let field, (try? UsageUnit(field)) != nil else {
                return TermsFault("field", "write the unit that is counted, as in input_tokens")
            }
        }
        guard filter.count <= Self.mostFilters else {
            return TermsFault("filter", "name at most \(Self.mostFilters) attributes")
        }
        if let unknown = filter.keys.filter({ !Self.isAttribute($0) }).min() {
            return TermsFault("filter.\(unknown)", Self.attributeSentence)
        }
        return nil
    }

    private static let attributeSentence =
        "write one of \(attributes.joined(separator: ", ")), or metadata.… as in metadata.region"

    /// Whether the meter counts an event with these attributes.
    public func matches(_ attributes: [String: String]) -> Bool {
        filter.allSatisfy { attributes[$0.key] == $0.value }
    }

    /// What of an event is counted; `nil` where the event is none of the meter's: another one, or one that does not
    /// hold the field.
    public func value(of quantities: Quantities, _ attributes: [String: String]) -> MeterValue? {
        guard matches(attributes) else { return nil }
        switch aggregation {
        case .count: return .event
        case .uniqueCount: return field.flatMap { attributes[$0] }.map(MeterValue.text)
        case .sum, .average, .max, .latest:
            return quantities.units.first { $0.name == field }.map { .number(quantities[$0]) }
        }
    }
}

/// What one event tells a meter.
public enum MeterValue: Hashable, Sendable {
    case event
    case number(Quantity)
    case text(String)
}
