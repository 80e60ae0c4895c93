public import Ledger

/// What taking a newer catalogue in would do, before it is done: the models without a fault take their new prices, the
/// others keep what they have, and every name keeps the model that it means.
public struct CatalogueProposal: Sendable {
    /// A price that takes another's place on a later day, whatever is taken in now.
    public struct Planned: Hashable, Sendable {
        /// The day from which it holds.
        public let price: CataloguePrice
        public let changes: [CatalogueDifference.Change]
    }

    /// What would be added: new models for all time, changed ones from the day on.
    public let prices: [CataloguePrice]
    /// Between what holds on the day now, and what would.
    public let difference: CatalogueDifference
    /// Why models were held back.
    public let findings: [CatalogueFinding]
    /// As `provider/model`.
    public let heldBack: Set<String>
    /// What the changed models cost until then, by `provider/model`.
    public let replaced: [String: CataloguePrice]
    /// Models that the newer catalogue has no price for. They keep the one that they have.
    public let gone: [String]
    /// Names that the newer catalogue means another model by, or several. They keep what they mean.
    public let keptNames: [NameMove]
    /// Names that would mean another model from the day on, as was confirmed.
    public let movedNames: [NameMove]
    /// What was confirmed, and is neither a model of the newer catalogue nor a name that it means another by.
    public let unknownConfirmations: [String]
    /// Prices of the offered models that hold from later days on.
    public let planned: [Planned]

    /// - Parameters:
    ///   - current: the public prices, those that are planned among them.
    ///   - newer: the whole catalogue that is offered.
    ///   - day: from when changed prices shall hold; they are compared with those that hold on it.
    ///   - confirmed: the models (`provider/model`) whose prices may jump or end, and the names that may move.
    public init(
        from current: PriceCatalogue, to newer: PriceCatalogue, from day: CivilDate, confirmed: Set<String> = []
    ) {
        let names = OfferedNames(from: current, to: newer, on: day, confirmed: confirmed)
        var prices = OfferedPrices(current: current, names: names, day: day).prices(of: newer)
        var findings: [CatalogueFinding] = []
        var heldBack = Set<String>()
        // Taking one of two models away may leave the other without a fault, or with one that was hidden.
        while true {
            let candidate = PriceCatalogue(version: newer.version, source: newer.source, prices: prices)
            let found = current.faults(taking: candidate, from: day, confirmed: confirmed)
            guard !found.isEmpty else { break }
            for finding in found where !findings.contains(finding) { findings.append(finding) }
            let offered = Set(prices.map(\.fullName))
            let faulty = Set(found.flatMap { finding in offered.filter { finding.concerns([$0]) } })
            heldBack.formUnion(faulty)
            prices.removeAll { faulty.contains($0.fullName) }
        }
        self.heldBack = heldBack
        self.prices = prices.sorted { ($0.fullName, $0.from) < ($1.fullName, $1.from) }
        self.findings = findings.sorted { $0.model < $1.model }
        let after = current.followed(
            by: PriceCatalogue(version: newer.version, source: newer.source, prices: self.prices))
        difference = CatalogueDifference(from: current, to: after, on: day)
        let taken = Set(prices.map(\.fullName))
        replaced = current.published(on: day).filter { taken.contains($0.key) }
        let offered = Set(newer.prices.map(\.fullName))
        gone = Set(current.prices.map(\.fullName)).subtracting(offered).sorted()
        keptNames = names.kept
        movedNames = names.moved.filter { taken.isSuperset(of: $0.offeredModels) }
        unknownConfirmations =
            confirmed.subtracting(offered).subtracting((names.kept + names.moved).map(\.name)).sorted()
        planned = after.planned(of: offered, after: day)
    }
}

extension PriceCatalogue {
    /// What would be wrong with this catalogue with `candidate` on top of it, and is not wrong now.
    fileprivate func faults(
        taking candidate: PriceCatalogue, from day: CivilDate, confirmed: Set<String>
    ) -> [CatalogueFinding] {
        let (after, offered) = (followed(by: candidate), Set(candidate.prices.map(\.fullName)))
        let known = Set(findings())
        let models = offered.subtracting(confirmed).sorted()
        return after.findings(confirmed: confirmed).filter { !known.contains($0) && $0.concerns(offered) }
            + after.jumps(of: models, after: self, from: day)
            + after.jumps(of: models, after: self, from: day, CatalogueFinding.losses)
            + moves(of: models, to: after, from: CataloguePrice.always).map { $0.finding(of: $0.name) }
    }

    /// The public prices of `models` that take another's place after `day`.
    fileprivate func planned(of models: Set<String>, after day: CivilDate) -> [CatalogueProposal.Planned] {
        zip(prices, prices.dropFirst()).compactMap { before, price in
            guard price.from > day, before.fullName == price.fullName, models.contains(price.fullName) else {
                return nil
            }
            let changes = before.changes(to: price)
            return changes.isEmpty ? nil : CatalogueProposal.Planned(price: price, changes: changes)
        }
    }
}

extension CatalogueFinding {
    /// Two models that share a name are both at fault, and only one is named first.
    fileprivate func concerns(_ models: Set<String>) -> Bool {
        models.contains(model) || (kind == .sharedName && models.contains { detail.contains($0) })
    }
}
