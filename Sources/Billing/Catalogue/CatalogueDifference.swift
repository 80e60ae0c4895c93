/// What a newer catalogue changes, to be seen before it takes effect.
public struct CatalogueDifference: Sendable {
    /// One unit's price of one model.
    public struct Change: Hashable, Sendable {
        /// `provider/model`.
        public let model: String
        public let unit: UsageUnit
        public let isLongContext: Bool
        /// What holds for the unit now, by its own price or another unit's; `nil` where the unit could not be priced.
        public let before: UnitPrice?
        /// `nil` where the unit can no longer be priced.
        public let after: UnitPrice?

        /// By how much it goes up or down, in whole parts per million of the old price; `nil` without two prices, and
        /// where there was none to compare with.
        public var percent: Percent? {
            guard let before, let after, !before.isZero else { return nil }
            let (difference, overflow) = (after.femtos - before.femtos).multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : Percent(partsPerMillion: Int64(clamping: difference / before.femtos))
        }
    }

    /// Models that only the newer has.
    public let new: [CataloguePrice]
    /// Models that only the older has. They keep their price: a catalogue that follows another takes none away.
    public let gone: [CataloguePrice]
    public let changes: [Change]
    /// How many models cost what they did.
    public let unchanged: Int

    public var dearer: [Change] { changes.filter { change in isUp(change) } }
    public var cheaper: [Change] { changes.filter { change in isUp(change, turned: true) } }
    /// Units that have a price on one side only.
    public var oneSided: [Change] { changes.filter { $0.before == nil || $0.after == nil } }
    public var isEmpty: Bool { new.isEmpty && gone.isEmpty && changes.isEmpty }

    /// Between the last public prices of each model.
    public init(from older: PriceCatalogue, to newer: PriceCatalogue) {
        let (before, after) = (older.latest, newer.latest)
        new = after.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        gone = before.filter { after[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        let both = after.keys.filter { before[$0] != nil }.sorted()
        let each = both.map { name in Self.changes(name, before[name], after[name]) }
        changes = each.flatMap(\.self)
        unchanged = each.count(where: \.isEmpty)
    }

    private static func changes(_ name: String, _ before: CataloguePrice?, _ after: CataloguePrice?) -> [Change] {
        guard let before, let after else { return [] }
        let usual = changes(name, isLongContext: false, before.prices, after.prices)
        guard before.longContext != nil || after.longContext != nil else { return usual }
        let long = changes(name, isLongContext: true, before.longPrices, after.longPrices)
        return usual
            + long.filter { change in
                before.longContext?.above != after.longContext?.above || !usual.contains { $0.unit == change.unit }
                    || before.longContext?.prices[change.unit] != after.longContext?.prices[change.unit]
            }
    }

    private static func changes(
        _ name: String, isLongContext: Bool, _ before: UnitPrices, _ after: UnitPrices
    ) -> [Change] {
        Set(before.units + after.units).sorted().compactMap { unit in
            let (old, new) = (before.price(for: unit)?.price, after.price(for: unit)?.price)
            guard old != new else { return nil }
            return Change(model: name, unit: unit, isLongContext: isLongContext, before: old, after: new)
        }
    }

    private func isUp(_ change: Change, turned: Bool = false) -> Bool {
        guard let before = change.before, let after = change.after else { return false }
        return turned ? after < before : before < after
    }
}

extension CataloguePrice {
    fileprivate var longPrices: UnitPrices { longContext.map { prices.overlaid(by: $0.prices) } ?? prices }
}
