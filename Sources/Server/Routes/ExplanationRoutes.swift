import Billing
import HTTPTypes
import Storage
import Worker

/// Where an amount comes from, and where it has gone.
struct ExplanationRoutes {
    let worker: BillingWorker

    var routes: [Route] { [Route(.get, "/v1/explain/{id}", .account, query: Route.paging, explain)] }

    private var explain: Work {
        .reads { call in
            if let thing = BookedThing(call.parameter("id")) { return try money(thing, call) }
            return try usage(try call.id("id", UsageEvent.self, orElse: .unknown("usage event")), call)
        }
    }

    private func usage(_ id: UsageEvent.ID, _ call: Call) throws -> Work.InTransaction {
        let page = try Paging(call.query)
        let after = try page.after(UsageEvent.self)
        return { [worker] tx in
            let account = try worker.account(of: call, in: tx)
            let found = try worker.explanations.explain(id, account: account, after: after, limit: page.limit, in: tx)
            return .json(try found.json(account.currency))
        }
    }

    private func money(_ thing: BookedThing, _ call: Call) throws -> Work.InTransaction {
        let page = try Paging(call.query)
        let after = try page.afterEntry()
        return { [worker] tx in
            let account = try worker.account(of: call, in: tx)
            let found = try worker.explanations.explain(
                thing, account: account, after: after, limit: page.limit, in: tx)
            return .json(try found.json)
        }
    }
}
