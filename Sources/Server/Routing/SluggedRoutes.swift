import Billing
import HTTPTypes
import Storage
import Worker

/// The routes that all have alike that a merchant names by a slug. Each is named by its slug or by our id.
struct SluggedRoutes<Room: SluggedRoom> {
    let worker: BillingWorker
    let room: Room
    /// `/v1/plans`.
    let path: String
    let json: @Sendable (Room.Entity) throws -> JSON

    var routes: [Route] {
        [
            Route(.get, path, .account, query: Route.paging.union(["archived"]), list),
            Route(.get, "\(path)/{id}", .account, get),
            Route(
                .post, "\(path)/{id}/archive", .account,
                change { [room] in try room.archive($0, account: $1, by: $2, in: $3) }),
            Route(
                .post, "\(path)/{id}/restore", .account,
                change { [room] in try room.restore($0, account: $1, by: $2, in: $3) }),
        ]
    }

    private var list: Work {
        .reads { [worker, room, json] call in
            let page = try Paging(call.query)
            let after = try page.after(Room.Entity.self)
            let archived = try Fields.flag(call.query["archived"], "archived")
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let found = try room.list(
                    account: account, archived: archived, after: after, limit: page.fetch, in: tx)
                return try page.answer(found, json)
            }
        }
    }

    private var get: Work {
        .reads { [room, json] call in
            { tx in .json(try json(room.get(call.parameter("id"), account: try call.tenant, in: tx))) }
        }
    }

    private func change(
        _ body: @escaping @Sendable (String, ConnectedAccount, Actor, Transaction) throws -> Room.Entity
    ) -> Work {
        .writes { [worker, json] call in
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(try json(body(call.parameter("id"), account, call.actor, tx)))
            }
        }
    }
}
