import Billing
import Foundation
import Ledger
import Worker

/// The body of `POST /v1/prices`: a price of the account's own, or `"withdraw": true`.
struct OwnPriceInput: Decodable, Sendable {
    let price: OwnPrice

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder,
            [
                "provider", "model", "aliases", "from", "per_million", "per_unit", "long_context", "confirm",
                "withdraw",
            ])
        let prices = try UnitPrices(from: decoder)
        let withdraws = try fields.flag("withdraw") ?? false
        guard withdraws == prices.isEmpty else {
            throw Problem.invalid(
                "missing_field", "give per_million or per_unit, or \"withdraw\": true without either",
                field: withdraws ? "withdraw" : "per_million")
        }
        price = OwnPrice(
            provider: try Fields.required(fields.text("provider"), "provider"),
            model: try Fields.required(fields.text("model"), "model"),
            aliases: try fields.texts("aliases") ?? [], from: try fields.day("from"), prices: prices,
            longContext: try LongContextInput(from: decoder).longContext,
            isConfirmed: try fields.flag("confirm") ?? false)
    }

    private struct LongContextInput: Decodable {
        let longContext: CataloguePrice.LongContext?
        enum CodingKeys: String, CodingKey { case longContext = "long_context" }
    }
}

/// Which prices of a catalogue.
struct PriceQuery: Sendable {
    static let names: Set<String> = ["provider", "search"]
    private let provider: String?
    private let search: String?

    init(_ query: [String: String]) {
        provider = query["provider"]
        search = query["search"]?.lowercased()
    }

    /// What is called exactly so comes first, then the account's own; each list in the order of provider, model and
    /// day.
    func chosen(of catalogue: PriceCatalogue) -> [ListedPrice] {
        let own = catalogue.ownPrices.map { ListedPrice(price: $0, isOwn: true) }
        let found = (own + catalogue.prices.map { ListedPrice(price: $0, isOwn: false) }).filter { listed in
            (provider == nil || listed.price.provider == provider)
                && (search.map { text in listed.price.names.contains { $0.lowercased().contains(text) } } ?? true)
        }
        guard let search else { return found }
        let exact = found.map { listed in listed.price.exactNames.contains { $0.lowercased() == search } }
        return zip(found, exact).filter(\.1).map(\.0) + zip(found, exact).filter { !$0.1 }.map(\.0)
    }
}

extension CataloguePrice {
    fileprivate var names: [String] { [fullName] + aliases }
    fileprivate var exactNames: [String] { [model] + names }
}
