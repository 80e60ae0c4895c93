import Foundation

/// How much of each unit; a unit that is not there counts as zero.
public struct Quantities: Hashable, Sendable {
    private var amounts: [UsageUnit: Quantity]

    public static let none = Quantities([:])
    /// How many units one event may report.
    public static let mostUnits = 50

    public init(_ amounts: [UsageUnit: Quantity]) { self.amounts = amounts }

    public subscript(_ unit: UsageUnit) -> Quantity {
        get { amounts[unit] ?? .zero }
        set { amounts[unit] = newValue }
    }

    /// Nothing was reported, not even a zero.
    public var isEmpty: Bool { amounts.isEmpty }
    /// The units in their order, those of quantity zero included.
    public var units: [UsageUnit] { amounts.keys.sorted() }
    public var sorted: [(unit: UsageUnit, quantity: Quantity)] { units.map { ($0, self[$0]) } }

    /// All six kinds of tokens together.
    public func tokens() throws(BillingError) -> Quantity { try sum(UsageUnit.tokens) }

    /// The tokens that a model has read, whether fresh or from a cache: what a long context is measured by.
    public func tokensRead() throws(BillingError) -> Quantity {
        try sum([.inputTokens, .cacheReadTokens, .cacheWrite5mTokens, .cacheWrite1hTokens])
    }

    public func adding(_ other: Quantities) throws(BillingError) -> Quantities {
        var sum = self
        for (unit, quantity) in other.amounts { sum[unit] = try self[unit].adding(quantity) }
        return sum
    }

    public func negated() throws(BillingError) -> Quantities {
        var negated = self
        for (unit, quantity) in amounts { negated[unit] = try quantity.negated() }
        return negated
    }

    private func sum(_ units: [UsageUnit]) throws(BillingError) -> Quantity {
        var sum = Quantity.zero
        guard !amounts.isEmpty else { return sum }
        for unit in units { sum = try sum.adding(self[unit]) }
        return sum
    }
}

/// In JSON an object of unit and number.
extension Quantities: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: UnitKey.self)
        guard container.allKeys.count <= Self.mostUnits else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "name at most \(Self.mostUnits) units"))
        }
        amounts = [:]
        for key in container.allKeys {
            amounts[try key.unit(at: container.codingPath)] = try container.decode(Quantity.self, forKey: key)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: UnitKey.self)
        for (unit, quantity) in sorted { try container.encode(quantity, forKey: UnitKey(unit)) }
    }

    /// Compact JSON to store, always the same text for the same quantities: `{"input_tokens":1200,"images":2}`.
    public var json: String { "{" + sorted.map { "\"\($0.unit)\":\($0.quantity)" }.joined(separator: ",") + "}" }

    /// What `json` has written; negative quantities, as a correction's are, too.
    public init(json: String) throws { self = try JSONDecoder().decode(Stored.self, from: Data(json.utf8)).quantities }

    private struct Stored: Decodable {
        let quantities: Quantities

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: UnitKey.self)
            var amounts: [UsageUnit: Quantity] = [:]
            for key in container.allKeys {
                amounts[try key.unit(at: container.codingPath)] = try container.decodeStoredQuantity(forKey: key)
            }
            quantities = Quantities(amounts)
        }
    }
}

extension KeyedDecodingContainer {
    /// A quantity that we have written ourselves: a correction's may be below zero.
    func decodeStoredQuantity(forKey key: Key) throws -> Quantity {
        let number = "\(try decode(Decimal.self, forKey: key))"
        guard let millionths = DecimalDigits(number, places: 6).flatMap({ Int64(exactly: $0.scaled) }) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "\(number) is no quantity")
        }
        return Quantity(millionths: millionths)
    }
}

/// A unit's name as the key of a JSON object.
struct UnitKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ unit: UsageUnit) { stringValue = unit.name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    func unit(at path: [any CodingKey]) throws -> UsageUnit {
        do {
            return try UsageUnit(stringValue)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: path + [self], debugDescription: error.detail))
        }
    }
}
