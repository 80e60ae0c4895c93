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
        let isKnown = known.contains { $0.from <= day }
        let today = rows.last { $0.from <= day }.map { [$0.holding(from: day)] } ?? []
        var taken: [CataloguePrice] = []
        for price in (isKnown ? today + rows.filter { $0.from > day } : rows).flatMap(named) {
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

    /// The price without the names that mean another model. Those that are free from the day on only, or were confirmed
    /// to mean this model, come with the price of the day, so that what they meant before stays.
    private func named(_ price: CataloguePrice) -> [CataloguePrice] {
        func isFree(_ name: String, from day: CivilDate) -> Bool {
            !names.isTaken(name, from: day, by: price.fullName)
        }
        let free = price.aliases.filter { isFree($0, from: price.from) }
        let start = max(price.from, day)
        let later = price.aliases.filter { isFree($0, from: start) } + names.moved(to: price.fullName)
        let added = Set(later).subtracting(free).sorted()
        guard price.from < day, !added.isEmpty else { return [price.called(free + added)] }
        return [price.called(free), price.called(free + added).holding(from: day)]
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
