import Billing
import HTTPTypes
import Storage
import Worker

/// Numbers made of usage events.
struct MeterRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/meters", .account, create),
            Route(.post, "/v1/meters/{id}", .account, rename),
            Route(.get, "/v1/meters/{id}/readings", .account, query: MeterReadingsInput.names, readings),
        ] + SluggedRoutes(worker: worker, room: worker.meters, path: "/v1/meters") { $0.json }.routes
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
