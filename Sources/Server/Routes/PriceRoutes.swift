package import Billing
import Foundation
import HTTPTypes
import Ledger
import Storage
import Worker

/// What the providers take: the public catalogue, and what an account has set for itself.
struct PriceRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.get, "/v1/prices", .anyScope, query: Route.paging.union(PriceQuery.names), list),
            Route(.post, "/v1/prices", .account, set),
        ]
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let query = PriceQuery(call.query)
            return { tx in
                let chosen = query.chosen(of: try worker.prices.catalogue(of: call.account, in: tx))
                return page.answer(
                    try Self.stretch(chosen, after: page.startingAfter, limit: page.fetch)
                ) { $0.json }
            }
        }
    }

    /// The list is short and does not change between two pages but by an import, so the place of an entry is looked
    /// for by its name.
    static func stretch(_ prices: [ListedPrice], after: String?, limit: Int) throws -> [ListedPrice] {
        guard let name = after else { return Array(prices.prefix(limit)) }
        guard let place = prices.firstIndex(where: { $0.id == name }) else {
            throw Fields.wrong("starting_after", "the id of an entry of the list")
        }
        return Array(prices.dropFirst(place + 1).prefix(limit))
    }

    private var set: Work {
        .writes { [worker] call in
            let input = try call.decoded(OwnPriceInput.self)
            let actor = call.actor
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let price = try worker.prices.set(input.price, account: account, by: actor, in: tx).price
                return .json(ListedPrice(price: price, isOwn: true).json, status: 201)
            }
        }
    }
}

/// A price in a list.
package struct ListedPrice: Sendable {
    package let price: CataloguePrice
    /// Set by the account; it goes before a public one.
    package let isOwn: Bool

    package init(price: CataloguePrice, isOwn: Bool) {
        self.price = price
        self.isOwn = isOwn
    }

    /// `own:openai/gpt-5@2026-11-21`, or `openai/gpt-5` for what has always held: what a list goes on after.
    package var id: String {
        (isOwn ? "own:" : "") + price.fullName + (price.from == CataloguePrice.always ? "" : "@\(price.from)")
    }

    var json: JSON {
        JSON.object(
            [
                ("id", .string(id)), ("provider", .string(price.provider)), ("model", .string(price.model)),
                ("aliases", .array(price.aliases.map(JSON.string))),
                ("from", price.from == CataloguePrice.always ? .null : .string("\(price.from)")),
                ("own", .bool(isOwn)), ("withdrawn", .bool(price.isWithdrawal)), ("currency", "usd"),
            ] + price.prices.members + [
                (
                    "long_context",
                    price.longContext.map { long in
                        JSON.object([("above", .string("\(long.above)"))] + long.prices.members)
                    } ?? .null
                ), ("version", .string(price.version)), ("source", .string(price.source)),
            ])
    }
}

extension UnitPrices {
    /// Decimals as text, so that nobody's floating point rounds them.
    fileprivate var members: [(name: String, value: JSON)] {
        [
            ("per_million", object(of: units.filter(\.isPricedPerMillion)) { $0.perMillion }),
            ("per_unit", object(of: units.filter { !$0.isPricedPerMillion }) { $0.description }),
        ]
    }

    private func object(of units: [UsageUnit], _ text: (UnitPrice) -> String) -> JSON {
        .object(units.compactMap { unit in self[unit].map { (unit.name, .string(text($0))) } })
    }
}
