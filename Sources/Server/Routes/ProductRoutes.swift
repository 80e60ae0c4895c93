import Billing
import HTTPTypes
import Storage
import Worker

/// What a merchant sells by meters. A product is named by its slug or by our id.
struct ProductRoutes {
    let worker: BillingWorker

    private typealias Change =
        @Sendable (String, ConnectedAccount, Actor, Transaction) throws -> Product

    var routes: [Route] {
        [
            Route(.post, "/v1/products", .account, create),
            Route(.get, "/v1/products", .account, query: Route.paging.union(["archived"]), list),
            Route(.get, "/v1/products/{id}", .account, get),
            Route(.post, "/v1/products/{id}", .account, update),
            Route(
                .post, "/v1/products/{id}/archive", .account,
                change { [worker] in try worker.products.archive($0, account: $1, by: $2, in: $3) }),
            Route(
                .post, "/v1/products/{id}/restore", .account,
                change { [worker] in try worker.products.restore($0, account: $1, by: $2, in: $3) }),
        ]
    }

    private var create: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewProductInput.self).product
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let product = try worker.products.create(new, account: account, by: call.actor, in: tx)
                return .json(try product.json, status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Product.self)
            let archived = try Fields.flag(call.query["archived"], "archived")
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let products = try worker.products.list(
                    account: account, archived: archived, after: after, limit: page.fetch, in: tx)
                return try page.answer(products) { try $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in .json(try worker.products.get(call.parameter("id"), account: try call.tenant, in: tx).json) }
        }
    }

    private var update: Work {
        .writes { [worker] call in
            let change = try call.decoded(ProductChangeInput.self).change
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.products.update(
                        call.parameter("id"), change, account: account, by: call.actor, in: tx
                    ).json)
            }
        }
    }

    private func change(_ body: @escaping Change) -> Work {
        .writes { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(try body(call.parameter("id"), account, call.actor, tx).json)
            }
        }
    }
}

extension Product {
    var json: JSON {
        get throws {
            [
                "id": .string(id.text), "account": .string(account.text), "slug": .string(slug),
                "name": .string(name), "metrics": JSON(try JSONTree(metrics)), "archived_at": .time(archivedAt),
                "created_at": .time(createdAt), "updated_at": .time(updatedAt),
            ]
        }
    }
}
