import Billing
import HTTPTypes
import Storage
import Worker

/// What a merchant sells by meters.
struct ProductRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/products", .account, create),
            Route(.post, "/v1/products/{id}", .account, update),
        ] + SluggedRoutes(worker: worker, room: worker.products, path: "/v1/products") { try $0.json }.routes
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
