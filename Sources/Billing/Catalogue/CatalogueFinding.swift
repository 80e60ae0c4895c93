/// What is not as a catalogue of prices should be. The public map of prices has had errors, so each is looked at
/// before it holds.
public struct CatalogueFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Two prices of one model hold from the same day.
        case sameDay = "same_day"
        case noPrice = "no_price"
        /// Reading a token from the cache costs more than a fresh one.
        case dearCache = "dear_cache"
        /// Writing for an hour costs less than writing for five minutes.
        case cheapHour = "cheap_hour"
        /// A name means two models.
        case sharedName = "shared_name"
        /// A price is at least ten times or at most a tenth of the one before, and nobody has confirmed it.
        case jump
    }

    public let kind: Kind
    /// `provider/model`.
    public let model: String
    /// For a person, with the figures.
    public let detail: String

    public var description: String { "\(model): \(detail)" }
}

extension PriceCatalogue {
    /// What is wrong with the public prices of this catalogue, and with the account's own.
    /// - Parameters:
    ///   - older: what holds now; a price is compared with the one that it replaces.
    ///   - confirmed: the models (`provider/model`) whose prices may jump.
    public func findings(after older: PriceCatalogue? = nil, confirmed: Set<String> = []) -> [CatalogueFinding] {
        let lists = [prices, ownPrices.filter { !$0.isWithdrawal }]
        return lists.flatMap { $0.flatMap(\.findings) + CatalogueFinding.sharedNames($0) }
            + lists.flatMap { CatalogueFinding.alongTime($0, confirmed) }
            + (older.map { CatalogueFinding.jumps(from: $0, to: self, confirmed) } ?? [])
    }
}

extension CataloguePrice {
    /// What can be seen from this price alone.
    public var findings: [CatalogueFinding] {
        guard !prices.isEmpty else {
            return [CatalogueFinding(kind: .noPrice, model: fullName, detail: "it has no price at all")]
        }
        let long = longContext.map { [prices.overlaid(by: $0.prices)] } ?? []
        return ([prices] + long).flatMap(findings(in:))
    }

    private func findings(in prices: UnitPrices) -> [CatalogueFinding] {
        var findings: [CatalogueFinding] = []
        if let fresh = prices[.inputTokens], let cached = prices[.cacheReadTokens], cached > fresh {
            let detail = "a million cached tokens cost \(cached.perMillion), fresh ones only \(fresh.perMillion)"
            findings.append(CatalogueFinding(kind: .dearCache, model: fullName, detail: detail))
        }
        if let brief = prices[.cacheWrite5mTokens], let long = prices[.cacheWrite1hTokens], long < brief {
            let detail =
                "a million tokens cost \(long.perMillion) written for an hour, for five minutes \(brief.perMillion)"
            findings.append(CatalogueFinding(kind: .cheapHour, model: fullName, detail: detail))
        }
        return findings
    }
}

extension CatalogueFinding {
    /// `prices` in the order of model and day.
    fileprivate static func alongTime(_ prices: [CataloguePrice], _ confirmed: Set<String>) -> [CatalogueFinding] {
        zip(prices, prices.dropFirst()).flatMap { before, after -> [CatalogueFinding] in
            guard before.fullName == after.fullName else { return [] }
            guard before.from < after.from else {
                return [
                    CatalogueFinding(
                        kind: .sameDay, model: after.fullName, detail: "two prices hold from \(after.from)")
                ]
            }
            return confirmed.contains(after.fullName) ? [] : jumps(from: before, to: after)
        }
    }

    /// Between what holds last in each catalogue.
    fileprivate static func jumps(
        from older: PriceCatalogue, to newer: PriceCatalogue, _ confirmed: Set<String>
    ) -> [CatalogueFinding] {
        let (before, after) = (older.latest, newer.latest)
        return after.keys.sorted().filter { !confirmed.contains($0) }.flatMap { name -> [CatalogueFinding] in
            guard let old = before[name], let new = after[name] else { return [] }
            return jumps(from: old, to: new)
        }
    }

    /// Where one price of a model takes the place of another.
    public static func jumps(from before: CataloguePrice, to after: CataloguePrice) -> [CatalogueFinding] {
        after.prices.units.compactMap { unit in
            guard let old = before.prices[unit], let new = after.prices[unit], old != new,
                max(old, new).femtos >= min(old, new).femtos * 10
            else { return nil }
            let detail = "\(unit) goes from \(old.text(of: unit)) to \(new.text(of: unit)); confirm it if it is so"
            return CatalogueFinding(kind: .jump, model: after.fullName, detail: detail)
        }
    }

    fileprivate static func sharedNames(_ prices: [CataloguePrice]) -> [CatalogueFinding] {
        var owners: [String: Set<String>] = [:]
        for price in prices {
            for name in price.aliases + [price.fullName] { owners[name, default: []].insert(price.fullName) }
        }
        return owners.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { name, models in
            let models = models.sorted()
            return CatalogueFinding(
                kind: .sharedName, model: models[0],
                detail: "\(name) means \(models.joined(separator: " and ")); a name means one model")
        }
    }
}

extension PriceCatalogue {
    /// The last public price of each model, by `provider/model`.
    var latest: [String: CataloguePrice] {
        Dictionary(prices.map { ($0.fullName, $0) }) { $0.from <= $1.from ? $1 : $0 }
    }
}

extension UnitPrice {
    /// As a price of the unit is told: for a million or for one.
    func text(of unit: UsageUnit) -> String {
        unit.isPricedPerMillion ? "\(perMillion) USD a million" : "\(description) USD"
    }
}
