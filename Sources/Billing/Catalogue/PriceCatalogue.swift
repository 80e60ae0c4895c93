public import Ledger

/// What the providers take, by provider, model and day; an account's own prices go before the public ones.
public struct PriceCatalogue: Sendable {
    /// Of the public prices.
    public let version: String
    public let source: String
    let published: PriceList
    let own: PriceList

    /// From `Config/prices.json`.
    public static let standard: PriceCatalogue = {
        // The file is compiled in and read by a test, so a fault in it cannot reach a user.
        (try? CatalogueFile.standard()) ?? PriceCatalogue(version: "", source: "", prices: [])
    }()

    public init(version: String, source: String, prices: [CataloguePrice]) {
        self.init(version: version, source: source, published: PriceList(prices), own: .empty)
    }

    private init(version: String, source: String, published: PriceList, own: PriceList) {
        self.version = version
        self.source = source
        self.published = published
        self.own = own
    }

    /// The public prices, in the order of provider, model and day.
    public var prices: [CataloguePrice] { published.prices }
    /// The account's own, in the same order.
    public var ownPrices: [CataloguePrice] { own.prices }

    /// This catalogue, seen by an account that has prices of its own, on top of those that it has here. Of two for one
    /// model from the same day the later in the list holds.
    public func overridden(by prices: [CataloguePrice]) -> PriceCatalogue {
        overridden(by: zip(prices, (next)...).map { ($0, $1) })
    }

    /// - Parameter prices: each with the number by which it was taken in, counted together with the public ones.
    public func overridden(by prices: [(price: CataloguePrice, number: Int)]) -> PriceCatalogue {
        PriceCatalogue(version: version, source: source, published: published, own: own.adding(prices))
    }

    /// This catalogue with a newer one on top of it: what the newer does not name stays, and where both have a price of
    /// one model from the same day, the newer's holds.
    /// - Parameter number: by which the newer was taken in; the next, when it is not said.
    public func followed(by newer: PriceCatalogue, number: Int? = nil) -> PriceCatalogue {
        let number = number ?? next
        return PriceCatalogue(
            version: newer.version, source: newer.source,
            published: published.adding(newer.prices.map { ($0, number) }), own: own)
    }

    /// The public prices alone.
    public var withoutOwn: PriceCatalogue {
        PriceCatalogue(version: version, source: source, published: published, own: .empty)
    }

    private var next: Int { max(published.last, own.last) + 1 }

    /// The price that holds for a model at a moment: first which model the name means, then what it costs.
    /// - Parameters:
    ///   - provider: may be left out where the name means one model only.
    ///   - model: its name, an alias, or `provider/model`.
    /// - Throws: `unknown_model`; `ambiguous_model` where only the provider tells which model is meant.
    public func price(provider: String?, model: String, at instant: Instant) throws(BillingError) -> CataloguePrice {
        switch meaning(of: model, provider: provider, on: instant.day) {
        case .model(let name):
            if let price = price(of: name, on: instant.day) { return price }
        case .several(let models):
            let providers = Set(models.compactMap { price(of: $0, on: instant.day)?.provider })
            throw .ambiguousModel(model, of: providers.sorted())
        case .nothing: break
        }
        throw .unknownModel(model, provider: provider)
    }

    /// The price that holds for a model on a day, the account's own before the public one.
    /// - Parameter model: `provider/model`.
    public func price(of model: String, on day: CivilDate) -> CataloguePrice? {
        for list in [own, published] {
            if let price = list.price(of: model, on: day), !price.isWithdrawal { return price }
        }
        return nil
    }

    /// The days on which the model gets another price.
    func days(of model: String) -> Set<CivilDate> { Set(own.days(of: model) + published.days(of: model)) }

    /// What holds of the public prices on a day, by `provider/model`.
    func published(on day: CivilDate) -> [String: CataloguePrice] {
        Dictionary(prices.filter { $0.from <= day }.map { ($0.fullName, $0) }) { $0.from <= $1.from ? $1 : $0 }
    }
}
