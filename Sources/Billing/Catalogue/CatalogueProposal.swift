public import Ledger

/// What taking a newer catalogue in would do, before it is done: the models without a fault take their new prices, the
/// others keep what they have.
public struct CatalogueProposal: Sendable {
    /// What would be added: new models for all time, changed ones from the day on.
    public let prices: [CataloguePrice]
    public let difference: CatalogueDifference
    /// Why models were held back.
    public let findings: [CatalogueFinding]
    /// What the changed models cost until then, by `provider/model`.
    public let replaced: [String: CataloguePrice]
    /// Models that the newer catalogue has no price for. They keep the one that they have.
    public let gone: [String]

    public var heldBack: Set<String> { Set(findings.map(\.model)) }

    /// - Parameters:
    ///   - current: the public prices that hold now.
    ///   - newer: the whole catalogue that is offered.
    ///   - day: from when changed prices shall hold.
    ///   - confirmed: the models (`provider/model`) whose prices may jump.
    public init(
        from current: PriceCatalogue, to newer: PriceCatalogue, from day: CivilDate, confirmed: Set<String> = []
    ) {
        let offered = CatalogueDifference(from: current, to: newer)
        let isNew = Set(offered.new.map(\.fullName))
        let isChanged = Set(offered.changes.map(\.model))
        var prices =
            newer.prices.filter { isNew.contains($0.fullName) }
            + newer.latest.values.filter { isChanged.contains($0.fullName) }.map { $0.holding(from: day) }
        let known = Set(current.findings())
        var findings: [CatalogueFinding] = []
        // Taking one of two models away may leave the other without a fault, or with one that was hidden.
        while true {
            let candidate = PriceCatalogue(version: newer.version, source: newer.source, prices: prices)
            let offered = Set(prices.map(\.fullName))
            let found = current.followed(by: candidate).findings(confirmed: confirmed)
                .filter { !known.contains($0) && $0.concerns(offered) }
            guard !found.isEmpty else { break }
            findings += found
            let faulty = Set(found.flatMap { finding in offered.filter { finding.concerns([$0]) } })
            prices.removeAll { faulty.contains($0.fullName) }
        }
        let after = Set(prices.map(\.fullName))
        replaced = current.latest.filter { after.contains($0.key) }
        gone = offered.gone.map(\.fullName)
        self.prices = prices.sorted { ($0.fullName, $0.from) < ($1.fullName, $1.from) }
        self.findings = findings.sorted { $0.model < $1.model }
        difference = CatalogueDifference(
            from: current,
            to: current.followed(
                by: PriceCatalogue(version: newer.version, source: newer.source, prices: self.prices)))
    }
}

extension CatalogueFinding {
    /// Two models that share a name are both at fault, and only one is named first.
    fileprivate func concerns(_ models: Set<String>) -> Bool {
        models.contains(model) || (kind == .sharedName && models.contains { detail.contains($0) })
    }
}
