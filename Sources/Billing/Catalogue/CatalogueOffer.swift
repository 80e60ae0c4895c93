import Ledger

/// What a newer catalogue does to the names that mean a model already.
struct OfferedNames {
    let current: PriceCatalogue
    let day: CivilDate
    let kept: [NameMove]
    let moved: [NameMove]

    init(from current: PriceCatalogue, to newer: PriceCatalogue, on day: CivilDate, confirmed: Set<String>) {
        self.current = current
        self.day = day
        // A name that is a model's own full name cannot be kept from it; such a model is held back.
        let moves = current.names.intersection(newer.names).sorted().compactMap { name -> NameMove? in
            let offered = newer.meaning(of: name, on: day)
            guard case .model(let model) = current.meaning(of: name, on: day), offered != .nothing,
                offered != .model(model), offered != .model(name)
            else { return nil }
            return NameMove(name: name, model: model, offered: offered, from: day)
        }
        func isConfirmed(_ move: NameMove) -> Bool {
            if case .model = move.offered { return confirmed.contains(move.name) }
            return false
        }
        kept = moves.filter { !isConfirmed($0) }
        moved = moves.filter(isConfirmed)
    }

    /// The names that were confirmed to mean the model.
    func moved(to model: String) -> [String] {
        moved.filter { $0.offered == .model(model) }.map(\.name)
    }

    /// Whether another model is meant by the name on a day from then on.
    func isTaken(_ name: String, from day: CivilDate, by model: String) -> Bool {
        current.days(ofName: name, from: day).contains { day in
            if case .model(let other) = current.meaning(of: name, on: day) { return other != model }
            return false
        }
    }
}

/// What of a newer catalogue's prices is to be taken in.
struct OfferedPrices {
    let current: PriceCatalogue
    let names: OfferedNames
    let day: CivilDate

    func prices(of newer: PriceCatalogue) -> [CataloguePrice] {
        let known = Dictionary(grouping: current.prices, by: \.fullName)
        return Dictionary(grouping: newer.prices, by: \.fullName).flatMap { model, rows in
            taken(rows.sorted { $0.from < $1.from }, over: known[model] ?? [])
        }
    }

    /// Of one model: all that is offered of a new one; of another what holds on the day and what is planned after it,
    /// as far as it says anything new.
    private func taken(_ rows: [CataloguePrice], over known: [CataloguePrice]) -> [CataloguePrice] {
        guard known.contains(where: { $0.from <= day }) else { return rows.flatMap(named) }
        let today = rows.last { $0.from <= day }.map { [$0.holding(from: day)] } ?? []
        var taken: [CataloguePrice] = []
        for price in (today + rows.filter { $0.from > day }).flatMap(named) {
            let before = (known + taken).filter { $0.from <= price.from }.max { $0.from < $1.from }
            let isNamedAnew = price.aliases.contains { name in
                current.meaning(of: name, on: price.from) != .model(price.fullName)
            }
            if before?.prices != price.prices || before?.longContext != price.longContext || isNamedAnew {
                taken.append(price)
            }
        }
        return taken
    }

    /// The price without the names that mean another model; those that were confirmed to mean this one come with the
    /// price of the day, so that what they meant before stays.
    private func named(_ price: CataloguePrice) -> [CataloguePrice] {
        let own = price.aliases.filter { !names.isTaken($0, from: price.from, by: price.fullName) }
        let moved = names.moved(to: price.fullName).filter { !own.contains($0) }
        guard price.from < day, !moved.isEmpty else { return [price.called(own + moved)] }
        return [price.called(own), price.called(own + moved).holding(from: day)]
    }
}

extension CataloguePrice {
    /// The same price under other aliases.
    fileprivate func called(_ aliases: [String]) -> CataloguePrice {
        CataloguePrice(
            provider: provider, model: model, aliases: aliases, from: from, prices: prices, longContext: longContext,
            version: version, source: source)
    }
}
