import Billing
import HTTPTypes
import Storage
import Worker

/// What a merchant sells: limits, models and prices. A plan is named by its slug or by our id.
struct PlanRoutes {
    let worker: BillingWorker

    private typealias Change =
        @Sendable (String, ConnectedAccount, Actor, Transaction) throws -> Plan

    var routes: [Route] {
        [
            Route(.post, "/v1/plans", .account, create),
            Route(.get, "/v1/plans", .account, query: Route.paging.union(["archived"]), list),
            Route(.get, "/v1/plans/{id}", .account, get),
            Route(.post, "/v1/plans/{id}", .account, update),
            Route(
                .post, "/v1/plans/{id}/archive", .account,
                change { [worker] in try worker.plans.archive($0, account: $1, by: $2, in: $3) }),
            Route(
                .post, "/v1/plans/{id}/restore", .account,
                change { [worker] in try worker.plans.restore($0, account: $1, by: $2, in: $3) }),
        ]
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

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Plan.self)
            let archived = try Fields.flag(call.query["archived"], "archived")
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let plans = try worker.plans.list(
                    account: account, archived: archived, after: after, limit: page.fetch, in: tx)
                return try page.answer(plans) { try $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in .json(try worker.plans.get(call.parameter("id"), account: try call.tenant, in: tx).json) }
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
