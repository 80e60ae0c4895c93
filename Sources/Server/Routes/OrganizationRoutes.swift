import Billing
import HTTPTypes
import Storage
import Worker

/// Groups of a merchant's customers, and what each owes and has together.
struct OrganizationRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.get, "/v1/organizations", .account, query: Route.paging, list),
            Route(.get, "/v1/organizations/{id}", .account, get),
        ]
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let found = try worker.organizations.list(
                    account: account, after: page.startingAfter, limit: page.fetch, in: tx)
                return page.answer(found) { $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in
                let account = try worker.account(of: call, in: tx)
                let report = try worker.organizations.get(call.parameter("id"), account: account, in: tx)
                return .json(try report.json(worker.context.currencies))
            }
        }
    }
}

extension OrganizationStore.Entry {
    var json: JSON { ["name": .string(name), "customers": .integer(customers)] }
}

extension OrganizationReport {
    func json(_ currencies: CurrencyRules) throws -> JSON {
        [
            "name": .string(name), "customers": .integer(customers), "accrued": try .money(accrued, currencies),
            "wallet": try .money(wallet, currencies), "held": try .money(held, currencies),
            "pending": try .money(pending, currencies),
        ]
    }
}
