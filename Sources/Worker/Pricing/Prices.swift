public import Billing
public import Foundation
public import Ledger
public import Storage

/// What the providers take: the public catalogue, refreshed by one command, and the prices that an account has set for
/// itself. What was rated keeps its price; only what comes later is rated by newer ones.
public struct Prices: Sendable {
    let context: WorkerContext

    /// - Parameter account: `nil` for the public prices alone.
    public func catalogue(of account: ConnectedAccount.ID?, in tx: Transaction) throws -> PriceCatalogue {
        guard let account else { return try context.catalogues.published(in: tx) }
        return try context.catalogues.catalogue(of: account, in: tx)
    }

    /// Reads a file of prices: LiteLLM's public map, or a catalogue as `Config/prices.json` is one.
    /// - Throws: `not_a_price_map`; `no_usable_price` for a map none of whose models can be taken in.
    public func read(_ file: Data, version: String, source: String) throws -> PriceFile {
        if CatalogueFile.isOne(file), let own = try? CatalogueFile.read(file) {
            return PriceFile(catalogue: own, leftOut: [])
        }
        let map = try? LiteLLMMap(file, version: version, source: source)
        if let map, !map.catalogue.prices.isEmpty { return PriceFile(catalogue: map.catalogue, leftOut: map.leftOut) }
        if let map, let first = map.leftOut.first(where: { $0.model != nil }) {
            throw WorkerError.invalid(
                "file", "none of the file's \(map.leftOut.count) models can be taken in; the first is \(first)",
                code: "no_usable_price")
        }
        throw WorkerError.invalid(
            "file", "the file is neither LiteLLM's model_prices_and_context_window.json nor a catalogue of Bursar",
            code: "not_a_price_map")
    }

    /// What taking `newer` in would change.
    /// - Throws: `past_prices` for a day that is over: what was used then has been rated.
    public func propose(
        _ newer: PriceCatalogue, from day: CivilDate?, confirmed: Set<String> = [], in tx: Transaction
    ) throws -> CatalogueProposal {
        let day = try notPast(day)
        return CatalogueProposal(
            from: try context.catalogues.published(in: tx), to: newer, from: day, confirmed: confirmed)
    }

    /// - Returns: `nil` when there is nothing in it.
    public func apply(
        _ proposal: CatalogueProposal, version: String, source: String, by actor: Actor, in tx: Transaction
    ) throws -> PriceImport? {
        guard !proposal.prices.isEmpty else { return nil }
        try FieldCheck.text("version", version, 1...100)
        try FieldCheck.text("source", source, 1...300)
        let batch = try insert(proposal.prices, account: nil, version: version, source: source, in: tx)
        let counts = [
            ("new", proposal.difference.new.count), ("dearer", proposal.difference.dearer.count),
            ("cheaper", proposal.difference.cheaper.count), ("held_back", proposal.heldBack.count),
        ].map { AuditChange(field: $0.0, from: nil, to: String($0.1)) }
        try context.audit(
            .imported, .price, batch.id.text, of: nil,
            [AuditChange(field: "version", from: nil, to: version)] + counts, by: actor, in: tx)
        try auditChanges(proposal, by: actor, in: tx)
        return batch
    }

    /// One line for each model whose price changes, from what to what. New models are in the import, by its id.
    private func auditChanges(_ proposal: CatalogueProposal, by actor: Actor, in tx: Transaction) throws {
        for price in proposal.prices {
            guard let old = proposal.replaced[price.fullName] else { continue }
            let change = AuditChange(
                field: "price", from: try CatalogueFile.line(old), to: try CatalogueFile.line(price))
            try context.audit(.changed, .price, price.fullName, of: nil, [change], by: actor, in: tx)
        }
    }

    /// Sets the account's own price of a model, from a day on.
    /// - Returns: the price, and the one that held from that day on until now.
    public func set(
        _ price: OwnPrice, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> (price: CataloguePrice, replaced: CataloguePrice?) {
        let before = try catalogue(of: account.id, in: tx)
        let id = PriceImport.ID.make(context.seams)
        let new = try price.checked(version: id.text, from: try notPast(price.from))
        let after = before.overridden(by: [new])
        // The one before may be of the same day, or the public one.
        let replaced = before.price(of: new.fullName, on: new.from)
        if let finding = Self.fault(of: new, isConfirmed: price.isConfirmed, from: before, to: after) {
            throw WorkerError(
                .conflict, "price_\(finding.kind.rawValue)", finding.description + advice(finding),
                field: finding.kind == .otherModel ? "aliases" : "model")
        }
        let batch = PriceImport(
            id: id, account: account.id, source: new.source, version: id.text, count: 1, importedAt: context.now)
        try tx.prices.insert(batch, [new])
        let old = before.ownPrices.last { $0.fullName == new.fullName }
        try context.audit(
            .changed, .price, new.fullName, of: account.id,
            [AuditChange(field: "price", from: try old.map(CatalogueFile.line), to: try CatalogueFile.line(new))],
            by: actor, in: tx)
        return (new, replaced)
    }

    /// What is wrong with an own price and was not wrong before, or has to be confirmed: that it jumps, or that a name
    /// means another model by it.
    private static func fault(
        of new: CataloguePrice, isConfirmed: Bool, from before: PriceCatalogue, to after: PriceCatalogue
    ) -> CatalogueFinding? {
        let known = Set(before.findings())
        let findings = after.findings(confirmed: [new.fullName]).filter { !known.contains($0) }
        if let dead = after.deadAlias(of: new) { return dead }
        guard !isConfirmed else { return findings.first }
        // What the account takes away by a word of its own may leave a name without a meaning.
        let moves = before.moves(of: after.names(touchedBy: new), to: after, from: new.from)
            .filter { !new.isWithdrawal || $0.offered != .nothing }
            .map { $0.finding(of: new.fullName) }
        return (after.jumps(of: [new.fullName], after: before, from: new.from) + moves + findings).first
    }

    private func advice(_ finding: CatalogueFinding) -> String {
        finding.kind == .jump || finding.kind == .otherModel ? " (\"confirm\": true)" : ""
    }

    private func notPast(_ day: CivilDate?) throws(WorkerError) -> CivilDate {
        let today = context.now.day
        guard let day else { return today }
        guard day >= today else {
            throw .invalid("from", "prices hold from today (\(today)) or later", code: "past_prices")
        }
        return day
    }

    private func insert(
        _ prices: [CataloguePrice], account: ConnectedAccount.ID?, version: String, source: String, in tx: Transaction
    ) throws -> PriceImport {
        let batch = PriceImport(
            id: .make(context.seams), account: account, source: source, version: version, count: prices.count,
            importedAt: context.now)
        try tx.prices.insert(batch, prices)
        return batch
    }
}

/// A file of prices, as it was read.
public struct PriceFile: Sendable {
    public let catalogue: PriceCatalogue
    /// Models of the file that cannot be priced exactly and safely.
    public let leftOut: [LiteLLMMap.LeftOut]
}

/// A price that an account sets for itself, in US dollars like the public ones.
public struct OwnPrice: Sendable {
    public var provider: String
    public var model: String
    public var aliases: [String]
    /// Today, when it is not said.
    public var from: CivilDate?
    /// None: from then on the public price holds again.
    public var prices: UnitPrices
    public var longContext: CataloguePrice.LongContext?
    /// The price may be ten times, or a tenth of, the one before.
    public var isConfirmed: Bool

    public init(
        provider: String, model: String, aliases: [String] = [], from: CivilDate? = nil, prices: UnitPrices,
        longContext: CataloguePrice.LongContext? = nil, isConfirmed: Bool = false
    ) {
        self.provider = provider
        self.model = model
        self.aliases = aliases
        self.from = from
        self.prices = prices
        self.longContext = longContext
        self.isConfirmed = isConfirmed
    }

    fileprivate func checked(version: String, from day: CivilDate) throws -> CataloguePrice {
        try FieldCheck.name("provider", provider, 1...100)
        try FieldCheck.name("model", model, 1...200)
        guard aliases.count <= 20 else { throw WorkerError.invalid("aliases", "a model has at most 20 aliases") }
        for alias in aliases { try FieldCheck.name("aliases", alias, 1...200) }
        return CataloguePrice(
            provider: provider, model: model, aliases: aliases, from: day, prices: prices, longContext: longContext,
            version: version, source: "set by the account")
    }
}
