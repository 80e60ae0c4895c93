import Billing
import HTTPTypes
import Storage
import Worker

/// What a merchant sells: limits, models and prices.
struct PlanRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/plans", .account, create),
            Route(.post, "/v1/plans/{id}", .account, update),
        ] + SluggedRoutes(worker: worker, room: worker.plans, path: "/v1/plans") { try $0.json }.routes
    }

    private var create: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewPlanInput.self).plan
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let plan = try worker.plans.create(new, account: account, by: call.actor, in: tx)
                return .json(try plan.json, status: 201)
            }
        }
    }

    private var update: Work {
        .writes { [worker] call in
            let change = try call.decoded(PlanChangeInput.self).change
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.plans.update(
                        call.parameter("id"), change, account: account, by: call.actor, in: tx
                    ).json)
            }
        }
    }
}

extension Plan {
    var json: JSON {
        get throws {
            [
                "id": .string(id.text), "account": .string(account.text), "slug": .string(slug),
                "name": .string(name), "is_default": .bool(isDefault), "terms": JSON(try JSONTree(terms)),
                "archived_at": .time(archivedAt), "created_at": .time(createdAt), "updated_at": .time(updatedAt),
            ]
        }
    }
}
