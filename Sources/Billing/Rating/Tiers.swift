/// Prices by how much was used: bands one after the other, of which the last has no end.
public struct Tiers: Hashable, Sendable {
    public enum Mode: String, Codable, CaseIterable, Sendable {
        /// Each band prices the part of the quantity that lies in it.
        case graduated
        /// The band that the whole quantity reaches prices all of it.
        case volume
    }

    public struct Band: Hashable, Sendable {
        public let name: String
        /// The quantity that is still in the band; `nil` for no end.
        public let upTo: Quantity?
        /// For one unit, in the major unit of the account's currency, or in credits.
        public let unitRate: UnitPrice
        /// Once, on entering the band: micros, or millionths of a credit.
        public let fixedMicros: Int64

        public init(name: String, upTo: Quantity?, unitRate: UnitPrice, fixedMicros: Int64 = 0) {
            self.name = name
            self.upTo = upTo
            self.unitRate = unitRate
            self.fixedMicros = fixedMicros
        }
    }

    /// What one band adds to a price.
    public struct Step: Hashable, Codable, Sendable {
        public let band: String
        public let quantity: Quantity
        public let unitRate: UnitPrice
        public let fixedMicros: Int64
        public let amount: ExactAmount

        private enum CodingKeys: String, CodingKey {
            case band, quantity, amount, unitRate = "unit_rate", fixedMicros = "fixed_micros"
        }
    }

    public let mode: Mode
    public let bands: [Band]
    public static let mostBands = 100

    /// - Throws: `bad_tiers` that says which band is at fault, and how.
    public init(_ mode: Mode, _ bands: [Band]) throws(BillingError) {
        guard (1...Self.mostBands).contains(bands.count) else {
            throw .badTiers("give 1 to \(Self.mostBands) bands")
        }
        guard bands.last?.upTo == nil else { throw .badTiers("the last band has no end: leave its up_to out") }
        guard Set(bands.map(\.name)).count == bands.count else { throw .badTiers("give each band a name of its own") }
        var start = Quantity.zero
        for (place, band) in bands.enumerated() {
            guard !band.name.isEmpty, band.name.utf8.count <= 100 else {
                throw .badTiers("band \(place + 1) needs a name of at most 100 bytes")
            }
            guard band.fixedMicros >= 0 else { throw .badTiers("band \(band.name) has a fixed cost below zero") }
            guard place < bands.count - 1 else { break }
            guard let end = band.upTo else {
                throw .badTiers("band \(band.name) needs an up_to: only the last has no end")
            }
            guard end > start else { throw .badTiers("band \(band.name) must end above \(start), where it begins") }
            start = end
        }
        self.mode = mode
        self.bands = bands
    }

    /// What `quantity` costs in all. Nothing costs nothing, as does what corrections have brought below zero: no
    /// band has been entered.
    public func price(at quantity: Quantity) throws(BillingError) -> ExactAmount {
        var sum = ExactAmount.zero
        for step in try steps(to: quantity) { sum = try sum.adding(step.amount) }
        return sum
    }

    /// What going from one running total to another costs; below zero where the total has come down, or where a
    /// cheaper band prices all of it.
    public func price(from before: Quantity, to after: Quantity) throws(BillingError) -> ExactAmount {
        try price(at: after).subtracting(try price(at: before))
    }

    /// The bands that make up the price of `quantity`.
    public func steps(to quantity: Quantity) throws(BillingError) -> [Step] {
        guard quantity > .zero else { return [] }
        switch mode {
        case .volume:
            guard let band = bands.first(where: { $0.upTo.map { quantity <= $0 } ?? true }) else { return [] }
            return [try Step(band, quantity)]
        case .graduated:
            var steps: [Step] = []
            var start = Quantity.zero
            for band in bands where quantity > start {
                let end = min(quantity, band.upTo ?? quantity)
                steps.append(try Step(band, try end.subtracting(start)))
                start = band.upTo ?? quantity
            }
            return steps
        }
    }
}

extension Tiers.Step {
    init(_ band: Tiers.Band, _ quantity: Quantity) throws(BillingError) {
        self.band = band.name
        self.quantity = quantity
        unitRate = band.unitRate
        fixedMicros = band.fixedMicros
        amount = try ExactAmount(band.unitRate).times(quantity).adding(ExactAmount(micros: band.fixedMicros))
    }
}

/// In JSON `{"mode": "graduated", "bands": [{"name": "first", "up_to": 1000, "unit_rate": "0.02"}, …]}`.
extension Tiers: Codable {
    private enum CodingKeys: String, CodingKey { case mode, bands }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let mode = try container.word(Mode.self, forKey: .mode)
        let bands = try container.decode([Band].self, forKey: .bands)
        do {
            try self.init(mode, bands)
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .bands, in: container, debugDescription: error.detail)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mode, forKey: .mode)
        try container.encode(bands, forKey: .bands)
    }
}

extension Tiers.Band: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, upTo = "up_to", unitRate = "unit_rate", fixedMicros = "fixed_micros"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        upTo = try container.decodeIfPresent(Quantity.self, forKey: .upTo)
        unitRate = try container.decode(UnitPrice.self, forKey: .unitRate)
        fixedMicros = try container.wholeNumberIfPresent(forKey: .fixedMicros) ?? 0
    }
}
