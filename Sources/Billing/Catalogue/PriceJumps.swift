public import Ledger

/// A price is at least ten times or at most a tenth of another: more often a fault than a price. What is compared is
/// what a request would cost, so a unit without a price of its own counts by the unit that it is priced as.
extension CatalogueFinding {
    /// Where one price of a model takes the place of another.
    public static func jumps(from before: CataloguePrice, to after: CataloguePrice) -> [CatalogueFinding] {
        changes(from: before, to: after) { change in
            guard let old = change.before, let new = change.after,
                max(old, new).femtos >= min(old, new).femtos * 10
            else { return nil }
            let what = change.isLong ? "\(change.unit) of a long context" : "\(change.unit)"
            let detail =
                "\(what) goes from \(old.text(of: change.unit)) to \(new.text(of: change.unit)); confirm it if it is so"
            return CatalogueFinding(kind: .jump, model: after.fullName, detail: detail)
        }
    }

    /// Units that have a price in one and none in the other that takes its place.
    public static func losses(from before: CataloguePrice, to after: CataloguePrice) -> [CatalogueFinding] {
        changes(from: before, to: after) { change in
            guard let old = change.before, change.after == nil else { return nil }
            let detail =
                "\(change.unit) costs \(old.text(of: change.unit)) and would have no price; confirm it if it is so"
            return CatalogueFinding(kind: .lostPrice, model: after.fullName, detail: detail)
        }
    }

    private struct Change {
        let unit: UsageUnit
        let isLong: Bool
        let before: UnitPrice?
        let after: UnitPrice?
    }

    /// One finding for each unit at most, of the usual prices before that of a long context.
    private static func changes(
        from before: CataloguePrice, to after: CataloguePrice, _ finding: (Change) -> CatalogueFinding?
    ) -> [CatalogueFinding] {
        let ranges = ranges(before, after)
        let units = Set(ranges.flatMap { $0.before.units + $0.after.units }).sorted()
        return units.compactMap { unit in
            for range in ranges {
                let (old, new) = (range.before.price(for: unit)?.price, range.after.price(for: unit)?.price)
                guard old != new else { continue }
                let change = Change(unit: unit, isLong: range.isLong, before: old, after: new)
                if let finding = finding(change) { return finding }
            }
            return nil
        }
    }

    /// What holds before and after for a request of each length: the short, the long, and those in between that are
    /// long for one of them only.
    private static func ranges(
        _ before: CataloguePrice, _ after: CataloguePrice
    ) -> [(before: UnitPrices, after: UnitPrices, isLong: Bool)] {
        let usual = (before.prices, after.prices, false)
        let long = (before.longPrices, after.longPrices, true)
        switch (before.longContext?.above, after.longContext?.above) {
        case (nil, nil): return [usual]
        case (let old?, let new?) where old < new: return [usual, (before.longPrices, after.prices, true), long]
        case (let old?, let new?) where new < old: return [usual, (before.prices, after.longPrices, true), long]
        default: return [usual, long]
        }
    }
}

extension PriceCatalogue {
    /// The jumps of what models cost here against what they cost in an older catalogue, on each day from `day` on.
    /// - Parameters:
    ///   - models: as `provider/model`.
    ///   - compare: what is looked for between two prices of a model.
    public func jumps(
        of models: [String], after older: PriceCatalogue, from day: CivilDate = CataloguePrice.always,
        _ compare: (CataloguePrice, CataloguePrice) -> [CatalogueFinding] = CatalogueFinding.jumps(from:to:)
    ) -> [CatalogueFinding] {
        models.flatMap { model -> [CatalogueFinding] in
            let days = days(of: model).union(older.days(of: model)).filter { $0 > day }
            for day in [day] + days.sorted() {
                guard let old = older.price(of: model, on: day), let new = price(of: model, on: day) else { continue }
                let found = compare(old, new)
                if !found.isEmpty { return found }
            }
            return []
        }
    }
}

extension CataloguePrice {
    /// What each unit costs in a request that is long; as usual where the model knows no such.
    var longPrices: UnitPrices { longContext.map { prices.overlaid(by: $0.prices) } ?? prices }
}
