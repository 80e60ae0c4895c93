public import Ledger

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

    /// From how many tokens on the prices of a long context hold, where that alone moves.
    public struct ThresholdMove: Hashable, Sendable {
        /// `provider/model`.
        public let model: String
        public let before: Quantity
        public let after: Quantity
    }

    /// Models that only the newer has.
    public let new: [CataloguePrice]
    /// Models that only the older has. They keep their price: a catalogue that follows another takes none away.
    public let gone: [CataloguePrice]
    public let changes: [Change]
    public let thresholds: [ThresholdMove]
    /// How many models cost what they did.
    public let unchanged: Int

    public var dearer: [Change] { changes.filter { change in isUp(change) } }
    public var cheaper: [Change] { changes.filter { change in isUp(change, turned: true) } }
    /// Units that have a price on one side only.
    public var oneSided: [Change] { changes.filter { $0.before == nil || $0.after == nil } }
    public var isEmpty: Bool { new.isEmpty && gone.isEmpty && changes.isEmpty && thresholds.isEmpty }

    /// Between the public prices that hold on a day.
    public init(from older: PriceCatalogue, to newer: PriceCatalogue, on day: CivilDate) {
        let (before, after) = (older.published(on: day), newer.published(on: day))
        new = after.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        gone = before.filter { after[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        let both = after.keys.filter { before[$0] != nil }.sorted()
        let pairs = both.compactMap { name in before[name].flatMap { old in after[name].map { (old, $0) } } }
        changes = pairs.flatMap { $0.changes(to: $1) }
        thresholds = pairs.compactMap { $0.threshold(to: $1) }
        unchanged = pairs.count { $0.changes(to: $1).isEmpty && $0.threshold(to: $1) == nil }
    }

    private func isUp(_ change: Change, turned: Bool = false) -> Bool {
        guard let before = change.before, let after = change.after else { return false }
        return turned ? after < before : before < after
    }
}

extension CataloguePrice {
    /// Each unit that costs another price in `newer`, which takes this one's place.
    public func changes(to newer: CataloguePrice) -> [CatalogueDifference.Change] {
        let usual = Self.changes(fullName, isLongContext: false, prices, newer.prices)
        guard longContext != nil || newer.longContext != nil else { return usual }
        let long = Self.changes(fullName, isLongContext: true, longPrices, newer.longPrices)
        return usual
            + long.filter { change in
                longContext?.above != newer.longContext?.above || !usual.contains { $0.unit == change.unit }
                    || longContext?.prices[change.unit] != newer.longContext?.prices[change.unit]
            }
    }

    fileprivate func threshold(to newer: CataloguePrice) -> CatalogueDifference.ThresholdMove? {
        guard let before = longContext?.above, let after = newer.longContext?.above, before != after else { return nil }
        return CatalogueDifference.ThresholdMove(model: fullName, before: before, after: after)
    }

    private static func changes(
        _ name: String, isLongContext: Bool, _ before: UnitPrices, _ after: UnitPrices
    ) -> [CatalogueDifference.Change] {
        Set(before.units + after.units).sorted().compactMap { unit in
            let (old, new) = (before.price(for: unit)?.price, after.price(for: unit)?.price)
            guard old != new else { return nil }
            return CatalogueDifference.Change(
                model: name, unit: unit, isLongContext: isLongContext, before: old, after: new)
        }
    }
}
