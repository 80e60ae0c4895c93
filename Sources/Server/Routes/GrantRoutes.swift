import Billing
import HTTPTypes
import Ledger
import Storage
import Worker

/// Wallet credit given by hand, and the lots that a wallet is made of.
struct GrantRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/customers/{id}/grants", .account, give),
            Route(.get, "/v1/customers/{id}/grants", .account, query: Route.paging, list),
        ]
    }

    private var give: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewGrantInput.self).grant
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customers.get(call.parameter("id"), account: account, in: tx)
                let lot = try worker.grants.give(new, to: customer, account: account, by: call.actor, in: tx)
                return .json(worker.json(lot, account), status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(WalletLot.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customers.get(call.parameter("id"), account: account, in: tx)
                let lots = try worker.grants.list(customer: customer, after: after, limit: page.fetch, in: tx)
                return page.answer(lots) { worker.json($0, account) }
            }
        }
    }
}

/// The body of `POST /v1/customers/{id}/grants`.
struct NewGrantInput: Decodable {
    let grant: NewGrant

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["amount_micros", "kind", "priority", "expires_at", "reason"])
        grant = NewGrant(
            amountMicros: try Fields.required(fields.integer("amount_micros"), "amount_micros"),
            kind: try Fields.required(fields.choice("kind", WalletLot.Kind.self), "kind"),
            priority: try fields.integer("priority"), expiresAt: try fields.instant("expires_at"),
            reason: try Fields.required(fields.text("reason"), "reason"))
    }
}

extension BillingWorker {
    func json(_ stored: StoredLot, _ account: ConnectedAccount) -> JSON {
        let lot = stored.lot
        return [
            "id": .string(lot.id.text), "account": .string(stored.account.text),
            "customer": .string(stored.customer.text), "kind": .string(lot.kind.rawValue),
            "status": .string(stored.status(at: context.now)), "amount_micros": .integer(stored.amountMicros),
            "remaining_micros": .integer(lot.remainingMicros), "frozen_micros": .integer(lot.frozenMicros),
            "currency": .string(account.currency.code),
            "priority": .integer(lot.priority), "expires_at": .time(lot.expiresAt), "top_up": JSON(stored.topUp?.text),
            "reason": JSON(stored.reason), "created_at": .time(lot.createdAt),
        ]
    }
}
