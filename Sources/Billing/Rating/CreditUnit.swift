public import Ledger

/// What one credit is worth, by date: a credit is a unit of the merchant's own that prices may be told in.
public struct CreditUnit: Hashable, Sendable {
    public struct Value: Hashable, Sendable {
        /// From the start of this day in UTC.
        public let from: CivilDate
        /// Micros of the account's currency for one credit.
        public let micros: Int64

        public init(from: CivilDate, micros: Int64) {
            self.from = from
            self.micros = micros
        }
    }

    /// In the order of their dates.
    public let values: [Value]

    /// - Throws: `bad_credit_values` when a value is not positive or two are from the same day.
    public init(_ values: [Value]) throws(BillingError) {
        guard values.allSatisfy({ $0.micros > 0 }) else { throw .badCreditValues("a credit is worth at least a micro") }
        guard Set(values.map(\.from)).count == values.count else {
            throw .badCreditValues("give one value for each day on which it changes")
        }
        self.values = values.sorted { $0.from < $1.from }
    }

    /// - Throws: `no_credit_value` before the first.
    public func micros(at instant: Instant) throws(BillingError) -> Int64 {
        guard let value = values.last(where: { $0.from <= instant.day }) else { throw .noCreditValue(instant.day) }
        return value.micros
    }
}

/// In JSON a list: `[{"from": "2026-01-01", "micros": 10000}]`.
extension CreditUnit: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([Value].self)
        do {
            try self.init(values)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.detail)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

extension CreditUnit.Value: Codable {
    private enum CodingKeys: String, CodingKey { case from, micros }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        from = try container.decodeDate(forKey: .from)
        micros = try container.decode(Int64.self, forKey: .micros)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(from.description, forKey: .from)
        try container.encode(micros, forKey: .micros)
    }
}

extension KeyedDecodingContainer {
    /// A day as `2026-11-21`.
    func decodeDate(forKey key: Key) throws -> CivilDate {
        let text = try decode(String.self, forKey: key)
        guard let date = CivilDate(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "write a day as in 2026-11-21")
        }
        return date
    }
}
