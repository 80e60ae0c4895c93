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
        /// A name means one model and would mean another, and nobody has confirmed it.
        case otherModel = "other_model"
        /// A unit that has a price would have none, and nobody has confirmed it.
        case lostPrice = "lost_price"
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
    ///   - older: what holds now; what a model costs on each day is compared with it.
    ///   - confirmed: the models (`provider/model`) whose prices may jump.
    public func findings(after older: PriceCatalogue? = nil, confirmed: Set<String> = []) -> [CatalogueFinding] {
        let lists = [prices, ownPrices.filter { !$0.isWithdrawal }]
        return lists.flatMap { $0.flatMap(\.findings) }
            + [published, own].flatMap(CatalogueFinding.sharedNames)
            + lists.flatMap { CatalogueFinding.alongTime($0, confirmed) }
            + (older.map { jumps(of: published.models.sorted().filter { !confirmed.contains($0) }, after: $0) } ?? [])
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

    fileprivate static func sharedNames(_ list: PriceList) -> [CatalogueFinding] {
        list.shared.map { name, models in
            CatalogueFinding(
                kind: .sharedName, model: models[0],
                detail: "\(name) means \(models.joined(separator: " and ")); a name means one model")
        }
    }
}

extension UnitPrice {
    /// As a price of the unit is told: for a million or for one.
    func text(of unit: UsageUnit) -> String {
        unit.isPricedPerMillion ? "\(perMillion) USD a million" : "\(description) USD"
    }
}
