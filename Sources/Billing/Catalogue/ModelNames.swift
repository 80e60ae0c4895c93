public import Ledger

/// What a name means on a day.
public enum ModelMeaning: Hashable, Sendable {
    case nothing
    /// `provider/model`.
    case model(String)
    /// Each as `provider/model`: only the provider tells which is meant.
    case several([String])
}

/// A name means one model, and keeps it: whoever comes later under the same name has to be called with the provider,
/// until a list gives the name away outright, as an alias.
extension PriceCatalogue {
    /// Which model a name means, over the public prices and the account's own. In this order: a model's full name; an
    /// alias of the account's; what the public list means by it, unless the account had a model of that name first.
    /// - Parameter name: a model's name, an alias, or `provider/model`.
    public func meaning(of name: String, provider: String? = nil, on day: CivilDate) -> ModelMeaning {
        guard let provider else { return meaning(ofBare: name, on: day) }
        let isPriced = { (model: String) in self.price(of: model, on: day)?.provider == provider }
        if let exact = ["\(provider)/\(name)", name].first(where: isPriced) { return .model(exact) }
        for list in [own, published] {
            let given = list.given(name, by: provider, on: day, isPriced: isPriced)
            if !given.isEmpty { return ModelMeaning(given) }
        }
        return .nothing
    }

    private func meaning(ofBare name: String, on day: CivilDate) -> ModelMeaning {
        let isPriced = { (model: String) in self.price(of: model, on: day) != nil }
        if isPriced(name) { return .model(name) }
        let mine = own.given(name, on: day, isPriced: isPriced)
        if !mine.isEmpty { return ModelMeaning(mine) }
        let given = published.given(name, on: day, isPriced: isPriced)
        let theirs = given.isEmpty ? published.first(called: name, on: day, isPriced: isPriced) : given
        let called = own.first(called: name, on: day, isPriced: isPriced)
        guard let first = called.first, let since = own.firstNumber(ofModel: first, on: day) else {
            return ModelMeaning(theirs)
        }
        let isTaken = published.firstNumber(of: name, on: day).map { $0 < since } ?? false
        return ModelMeaning(theirs.count == 1 && isTaken ? theirs : called)
    }

    /// The days from `day` on between which the name does not change what it means.
    func days(ofName name: String, from day: CivilDate) -> [CivilDate] {
        Set([day] + (own.days(ofName: name) + published.days(ofName: name)).filter { $0 > day }).sorted()
    }

    /// What some of `names` mean on a day from `day` on and would no longer mean in `newer`, one for each name.
    public func moves(
        of names: some Sequence<String>, to newer: PriceCatalogue, from day: CivilDate
    ) -> [NameMove] {
        Set(names).sorted().compactMap { name in
            let days = Set(days(ofName: name, from: day) + newer.days(ofName: name, from: day)).sorted()
            for day in days {
                let (before, after) = (meaning(of: name, on: day), newer.meaning(of: name, on: day))
                if case .model(let model) = before, before != after {
                    return NameMove(name: name, model: model, offered: after, from: day)
                }
            }
            return nil
        }
    }

    /// The names that may mean another model because `price` was set: those that its model goes by, or went by.
    public func names(touchedBy price: CataloguePrice) -> Set<String> {
        own.names(givenTo: price.fullName).union(price.aliases).union([price.model, price.fullName])
    }

    /// An alias of `price`, which is in this catalogue, that means another model all the same.
    public func deadAlias(of price: CataloguePrice) -> CatalogueFinding? {
        let alias = price.aliases.first { alias in
            let meant = meaning(of: alias, on: price.from)
            return meant != .model(price.fullName) && meant != .nothing
        }
        return alias.map { alias in
            let models = meaning(of: alias, on: price.from).models.joined(separator: " and ")
            return CatalogueFinding(
                kind: .sharedName, model: price.fullName,
                detail: "\(alias) is the name of \(models); a name means one model")
        }
    }

    /// Every name that a model may go by, without the provider and with it.
    public var names: Set<String> {
        published.names.union(own.names).union(published.models).union(own.models)
    }
}

/// A name that means one model and would mean another.
public struct NameMove: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    /// What it means, as `provider/model`.
    public let model: String
    public let offered: ModelMeaning
    /// The first day on which it would.
    public let from: CivilDate

    /// Each as `provider/model`.
    public var offeredModels: [String] { offered.models }

    /// - Parameter model: the one because of which it would.
    public func finding(of model: String) -> CatalogueFinding {
        CatalogueFinding(kind: .otherModel, model: model, detail: "\(description); confirm it if it shall")
    }

    public var description: String {
        switch offered {
        case .nothing: "\(name) means \(model), and would mean nothing"
        case .model(let other): "\(name) means \(model), and would mean \(other)"
        case .several(let others): "\(name) means \(model), and would mean \(others.joined(separator: " or "))"
        }
    }
}

extension ModelMeaning {
    fileprivate init(_ models: [String]) {
        self = models.count > 1 ? .several(models) : models.first.map(ModelMeaning.model) ?? .nothing
    }

    public var models: [String] {
        switch self {
        case .nothing: []
        case .model(let model): [model]
        case .several(let models): models
        }
    }
}
