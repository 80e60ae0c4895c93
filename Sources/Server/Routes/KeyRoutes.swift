import Billing
import HTTPTypes
import Storage
import Worker

/// A merchant's keys and those of their customers: made, bounded, rotated, revoked.
struct KeyRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/keys", .account, answersSecret: true, mint),
            Route(.get, "/v1/keys", .account, query: Route.paging.union(["customer"]), list),
            Route(.get, "/v1/keys/{id}", .customer, get),
            Route(.post, "/v1/keys/{id}", .account, change),
            Route(.get, "/v1/keys/{id}/usage", .customer, usage),
            Route(.post, "/v1/keys/{id}/revoke", .account, revoke),
            Route(.post, "/v1/keys/{id}/rotate", .account, answersSecret: true, rotate),
        ]
    }

    private var shapes: Shapes { Shapes(worker) }

    private var mint: Work {
        .writes { [worker, shapes] call in
            let new = try call.decoded(NewKeyInput.self).key
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let minted = try worker.keys.mint(new, account: account, by: call.actor, in: tx)
                return .json(shapes.key(minted), status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker, shapes] call in
            let page = try Paging(call.query)
            let after = try page.after(ApiKey.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try call.query["customer"].map { try worker.customers.get($0, account: account, in: tx) }
                let keys =
                    try customer.map { try worker.keys.list(of: $0, after: after, limit: page.fetch, in: tx) }
                    ?? worker.keys.list(account: account.id, after: after, limit: page.fetch, in: tx)
                return page.answer(keys, shapes.key)
            }
        }
    }

    private var get: Work {
        .reads { [worker, shapes] call in
            let id = try call.key
            return { tx in .json(shapes.key(try worker.keys.get(id, account: try call.tenant, in: tx))) }
        }
    }

    private var change: Work {
        .writes { [worker, shapes] call in
            let id = try call.key
            let change = try call.decoded(KeyChangeInput.self).change
            return { tx in
                let key = try worker.keys.change(id, change, account: try call.tenant, by: call.actor, in: tx)
                return .json(shapes.key(key))
            }
        }
    }

    private var usage: Work {
        .reads { [worker, shapes] call in
            let id = try call.key
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(shapes.usage(try worker.keys.usage(id, account: account.id, in: tx), of: account))
            }
        }
    }

    private var revoke: Work {
        .writes { [worker, shapes] call in
            let id = try call.key
            _ = try call.decoded(NoFields.self)
            return { tx in
                .json(shapes.key(try worker.keys.revoke(id, account: try call.tenant, by: call.actor, in: tx)))
            }
        }
    }

    private var rotate: Work {
        .writes { [worker, shapes] call in
            let id = try call.key
            let overlap = try call.decoded(RotationInput.self).overlapSeconds
            return { tx in
                let minted = try worker.keys.rotate(
                    id, overlapSeconds: overlap, account: try call.tenant, by: call.actor, in: tx)
                return .json(shapes.key(minted), status: 201)
            }
        }
    }
}

extension Call {
    /// The key in the path. A customer's key may look at itself, and at no other one of the same customer's.
    var key: ApiKey.ID {
        get throws {
            let id = try id("id", ApiKey.self, orElse: .unknown("key"))
            guard customerBound == nil || id == keyID else { throw Problem.unknown("key") }
            return id
        }
    }
}
