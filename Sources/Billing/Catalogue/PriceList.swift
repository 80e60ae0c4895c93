import Ledger

/// One list of prices, the public one or an account's own: which price of a model holds on a day, and who claims a
/// name.
struct PriceList: Sendable {
    /// A model at a provider from a day on: there is one price for it.
    struct Start: Hashable {
        let name: String
        let from: CivilDate

        init(_ price: CataloguePrice) {
            name = price.fullName
            from = price.from
        }
    }

    /// From its day on a name means the model, until another model is given it.
    private struct Claim {
        let model: String
        let provider: String
        let from: CivilDate
        /// Of what was taken in with it: of two from one day the later holds.
        let number: Int
    }

    private struct Arrival {
        let from: CivilDate
        let number: Int
    }

    /// In the order of provider, model and day.
    let prices: [CataloguePrice]
    /// The highest number of what was taken in.
    let last: Int
    private let places: [String: [Int]]
    private let sellers: [String: [String]]
    /// From which days on a model has had a price, each with the number of what was taken in then.
    private let arrivals: [String: [Arrival]]
    private let claims: [String: [Claim]]

    /// A price, and in which order it was taken in.
    typealias Taken = (price: CataloguePrice, number: Int)

    static let empty = PriceList([])

    /// Of prices that were all there from the beginning.
    init(_ prices: [CataloguePrice]) {
        self.init(prices, last: 0, arrivals: [:], claims: [:], adding: prices.map { ($0, 0) })
    }

    private init(
        _ prices: [CataloguePrice], last: Int, arrivals: [String: [Arrival]], claims: [String: [Claim]],
        adding new: [Taken]
    ) {
        self.prices = prices.sorted {
            ($0.provider, $0.model, $0.from.daysSince1970) < ($1.provider, $1.model, $1.from.daysSince1970)
        }
        self.last = max(last, new.map(\.number).max() ?? 0)
        places = Dictionary(grouping: self.prices.indices) { [sorted = self.prices] in sorted[$0].fullName }
        sellers = Dictionary(grouping: places.keys.sorted()) { [sorted = self.prices, places] name in
            sorted[places[name, default: []][0]].model
        }
        self.arrivals = new.reduce(into: arrivals) { arrivals, taken in
            arrivals[taken.price.fullName, default: []].append(Arrival(from: taken.price.from, number: taken.number))
        }
        self.claims = new.reduce(into: claims) { claims, taken in
            let (price, number) = taken
            for alias in Set(price.aliases) {
                claims[alias, default: []].append(
                    Claim(model: price.fullName, provider: price.provider, from: price.from, number: number))
            }
        }
    }

    /// With newer prices. Of two for one model from one day the newer holds; a name that was given stays given.
    func adding(_ newer: [Taken]) -> PriceList {
        let standing = Dictionary(newer.map { (Start($0.price), $0.price) }) { _, later in later }
        return PriceList(
            prices.filter { standing[Start($0)] == nil } + standing.values, last: last, arrivals: arrivals,
            claims: claims,
            adding: newer)
    }

    /// - Parameter model: `provider/model`.
    func price(of model: String, on day: CivilDate) -> CataloguePrice? {
        places[model]?.last { prices[$0].from <= day }.map { prices[$0] }
    }

    var models: [String] { Array(places.keys) }

    /// The days on which the model gets another price, in order.
    func days(of model: String) -> [CivilDate] { (places[model] ?? []).map { prices[$0].from } }

    /// The days on which the name may come to mean something else.
    func days(ofName name: String) -> [CivilDate] {
        (claims[name] ?? []).map(\.from) + ([name] + (sellers[name] ?? [])).flatMap(days(of:))
    }

    /// Every name that a model may go by without its provider.
    var names: Set<String> { Set(claims.keys).union(sellers.keys) }

    func names(givenTo model: String) -> Set<String> {
        Set(claims.filter { $0.value.contains { $0.model == model } }.keys)
    }

    /// Whom the name was given to last, of the models that have a price.
    /// - Returns: several only where one list gives the name to several from one day on.
    func given(
        _ name: String, by provider: String? = nil, on day: CivilDate, isPriced: (String) -> Bool
    ) -> [String] {
        let open = (claims[name] ?? []).filter {
            $0.from <= day && (provider == nil || $0.provider == provider) && isPriced($0.model)
        }
        guard let last = open.max(by: { ($0.from, $0.number) < ($1.from, $1.number) }) else { return [] }
        return Set(open.filter { $0.from == last.from && $0.number == last.number }.map(\.model)).sorted()
    }

    /// The models that are called so without their provider and have a price, those that came first.
    func first(called name: String, on day: CivilDate, isPriced: (String) -> Bool) -> [String] {
        let open = (sellers[name] ?? []).filter { price(of: $0, on: day) != nil && isPriced($0) }
        let earliest = open.compactMap { firstNumber(ofModel: $0, on: day) }.min()
        return open.filter { firstNumber(ofModel: $0, on: day) == earliest }
    }

    /// With which number the name came to mean one model, as of a day.
    func firstNumber(of name: String, on day: CivilDate) -> Int? {
        let numbers = (sellers[name] ?? []).compactMap { firstNumber(ofModel: $0, on: day) }
        let first = numbers.min().flatMap { first in numbers.count { $0 == first } == 1 ? first : nil }
        let given = (claims[name] ?? []).filter { $0.from <= day }
        let alone = given.filter { claim in
            given.allSatisfy { $0.model == claim.model || $0.from != claim.from || $0.number != claim.number }
        }
        return (alone.map(\.number) + [first].compactMap(\.self)).min()
    }

    /// With which number a model came to have a price on a day.
    func firstNumber(ofModel model: String, on day: CivilDate) -> Int? {
        arrivals[model]?.filter { $0.from <= day }.map(\.number).min()
    }

    /// Names that one list gives to several models from one day on, and those models.
    var shared: [(name: String, models: [String])] {
        let clashes = claims.compactMap { name, claims -> (name: String, models: [String])? in
            var models = Set<String>()
            for same in Dictionary(grouping: claims, by: { "\($0.from) \($0.number)" }).values {
                let owners = Set(same.map(\.model))
                if owners.count > 1 { models.formUnion(owners) }
            }
            // A full name is the model's own, whoever else is given it.
            if places[name] != nil, claims.contains(where: { $0.model != name }) {
                models.formUnion(claims.map(\.model) + [name])
            }
            return models.isEmpty ? nil : (name, models.sorted())
        }
        return clashes.sorted { $0.name < $1.name }
    }
}
