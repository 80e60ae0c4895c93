import Billing
import HTTPTypes
import Storage
import Worker

/// Numbers made of usage events. A meter is named by its slug or by our id.
struct MeterRoutes {
    let worker: BillingWorker

    private typealias Change =
        @Sendable (String, ConnectedAccount, Actor, Transaction) throws -> Meter

    var routes: [Route] {
        [
            Route(.post, "/v1/meters", .account, create),
            Route(.get, "/v1/meters", .account, query: Route.paging.union(["archived"]), list),
            Route(.get, "/v1/meters/{id}", .account, get),
            Route(.post, "/v1/meters/{id}", .account, rename),
            Route(.get, "/v1/meters/{id}/readings", .account, query: MeterReadingsInput.names, readings),
            Route(
                .post, "/v1/meters/{id}/archive", .account,
                change { [worker] in try worker.meters.archive($0, account: $1, by: $2, in: $3) }),
            Route(
                .post, "/v1/meters/{id}/restore", .account,
                change { [worker] in try worker.meters.restore($0, account: $1, by: $2, in: $3) }),
        ]
    }

    private var create: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewMeterInput.self).meter
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let meter = try worker.meters.create(new, account: account, by: call.actor, in: tx)
                return .json(meter.json, status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Meter.self)
            let archived = try Fields.flag(call.query["archived"], "archived")
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let meters = try worker.meters.list(
                    account: account, archived: archived, after: after, limit: page.fetch, in: tx)
                return page.answer(meters) { $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in .json(try worker.meters.get(call.parameter("id"), account: try call.tenant, in: tx).json) }
        }
    }

    private var rename: Work {
        .writes { [worker] call in
            let name = try call.decoded(MeterChangeInput.self).name
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.meters.rename(
                        call.parameter("id"), to: name, account: account, by: call.actor, in: tx
                    ).json)
            }
        }
    }

    private var readings: Work {
        .reads { [worker] call in
            let input = try MeterReadingsInput(call.query)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let meter = try worker.meters.get(call.parameter("id"), account: account.id, in: tx)
                let customer = try input.customer.map {
                    try worker.customer($0, of: call, account: account, in: tx)
                }
                let figures = try worker.meterReadings.read(
                    meter, try input.query(of: customer), account: account, in: tx)
                let names = try worker.meterReadings.externalIDs(in: figures.prefix(input.page.limit), in: tx)
                return input.page.answer(figures) { $0.json(names) }
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

extension Meter {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "slug": .string(slug), "name": .string(name),
            "aggregation": .string(rule.aggregation.rawValue), "field": JSON(rule.field), "filter": JSON(rule.filter),
            "archived_at": .time(archivedAt), "created_at": .time(createdAt), "updated_at": .time(updatedAt),
        ]
    }
}

extension MeterFigure {
    /// - Parameter names: the external ids of customers, by our ids.
    func json(_ names: [String: String]) -> JSON {
        var members: [(name: String, value: JSON)] = []
        if let group {
            members.append((group.by.rawValue, .string(group.value)))
            if group.by == .customer { members.append(("external_id", JSON(names[group.value]))) }
        }
        return [
            "id": .string(id), "group": .object(members), "value": .millionths(millionths), "events": .integer(events),
        ]
    }
}
