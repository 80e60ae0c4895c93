public import Ledger

/// What the providers take, by provider, model and day; an account's own prices go before the public ones.
public struct PriceCatalogue: Sendable {
    /// Of the public prices.
    public let version: String
    public let source: String
    private let published: PriceIndex
    private let own: PriceIndex

    /// From `Config/prices.json`.
    public static let standard: PriceCatalogue = {
        // The file is compiled in and read by a test, so a fault in it cannot reach a user.
        (try? CatalogueFile.standard()) ?? PriceCatalogue(version: "", source: "", prices: [])
    }()

    public init(version: String, source: String, prices: [CataloguePrice]) {
        self.init(version: version, source: source, published: PriceIndex(prices), own: PriceIndex([]))
    }

    private init(version: String, source: String, published: PriceIndex, own: PriceIndex) {
        self.version = version
        self.source = source
        self.published = published
        self.own = own
    }

    /// The public prices, in the order of provider, model and day.
    public var prices: [CataloguePrice] { published.prices }
    /// The account's own, in the same order.
    public var ownPrices: [CataloguePrice] { own.prices }

    /// This catalogue, seen by an account that has prices of its own. Of two for one model from the same day the later
    /// in the list holds.
    public func overridden(by prices: [CataloguePrice]) -> PriceCatalogue {
        let last = Dictionary(prices.map { (PriceIndex.Start($0), $0) }) { _, later in later }
        return PriceCatalogue(
            version: version, source: source, published: published, own: PriceIndex(Array(last.values)))
    }

    /// This catalogue with a newer one on top of it: what the newer does not name stays, and where both have a price of
    /// one model from the same day, the newer's holds.
    public func followed(by newer: PriceCatalogue) -> PriceCatalogue {
        let replaced = Set(newer.prices.map(PriceIndex.Start.init))
        let kept = prices.filter { !replaced.contains(PriceIndex.Start($0)) }
        return PriceCatalogue(
            version: newer.version, source: newer.source, published: PriceIndex(kept + newer.prices), own: own)
    }

    /// The price that holds for a model at a moment.
    /// - Parameters:
    ///   - provider: may be left out where the name means one model only.
    ///   - model: its name, an alias, or `provider/model`.
    /// - Throws: `unknown_model`; `ambiguous_model` where only the provider tells which model is meant.
    public func price(provider: String?, model: String, at instant: Instant) throws(BillingError) -> CataloguePrice {
        for index in [own, published] {
            if let price = try index.price(provider: provider, model: model, on: instant.day), !price.isWithdrawal {
                return price
            }
        }
        throw .unknownModel(model, provider: provider)
    }
}

/// Prices by every name that a model goes by.
struct PriceIndex: Sendable {
    /// A model at a provider from a day on: there is one price for it.
    struct Start: Hashable {
        let name: String
        let from: CivilDate

        init(_ price: CataloguePrice) {
            name = price.fullName
            from = price.from
        }
    }

    let prices: [CataloguePrice]
    private var byName: [String: [Int]] = [:]

    init(_ prices: [CataloguePrice]) {
        self.prices = prices.sorted {
            ($0.provider, $0.model, $0.from.daysSince1970) < ($1.provider, $1.model, $1.from.daysSince1970)
        }
        byName.reserveCapacity(prices.count * 3)
        for (place, price) in self.prices.enumerated() {
            byName[price.model, default: []].append(place)
            byName[price.fullName, default: []].append(place)
            for alias in price.aliases where alias != price.model && alias != price.fullName {
                byName[alias, default: []].append(place)
            }
        }
    }

    func price(provider: String?, model: String, on day: CivilDate) throws(BillingError) -> CataloguePrice? {
        var found = (byName[model] ?? []).map { prices[$0] }.filter { $0.from <= day }
        if let provider {
            found.removeAll { $0.provider != provider }
        } else if found.contains(where: { $0.provider != found[0].provider }) {
            let meant = found.filter { $0.fullName == model || $0.aliases.contains(model) }
            if !meant.isEmpty { found = meant }
        }
        if provider == nil {
            let providers = Set(found.map(\.provider))
            guard providers.count <= 1 else { throw .ambiguousModel(model, of: providers.sorted()) }
        }
        // Two models of one provider may share a name only against the catalogue's rules; the model's own name wins.
        if found.contains(where: { $0.model == model }) { found.removeAll { $0.model != model } }
        return found.max { $0.from < $1.from }
    }
}
