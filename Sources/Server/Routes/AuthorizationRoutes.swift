import Billing
import HTTPTypes
import Ledger
import Storage
import Worker

/// Leave to call a provider: asked for before, captured or released after; and what would be answered.
struct AuthorizationRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/authorizations", .customer, isUse: true, authorize),
            Route(.get, "/v1/authorizations", .customer, query: Route.paging.union(["customer"]), list),
            Route(.get, "/v1/authorizations/{id}", .customer, get),
            Route(.post, "/v1/authorizations/{id}/capture", .account, isUse: true, capture),
            Route(.post, "/v1/authorizations/{id}/release", .account, isUse: true, release),
            Route(.post, "/v1/quota_checks", .customer, isUse: true, check),
            Route(.get, "/v1/alerts", .customer, query: Route.paging.union(["customer", "kind"]), alerts),
        ]
    }

    private var authorize: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewAuthorizationInput.self).authorization(for: call)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                switch try worker.authorizations.authorize(new, account: account, in: tx) {
                case .held(let granted): return .json(call.shows(granted.json(at: worker.context.now)), status: 201)
                case .refused(let refusal):
                    return Problem(refusal, isForCustomer: call.customerBound != nil).answer(
                        requestID: call.requestID, path: call.path)
                }
            }
        }
    }

    private var check: Work {
        .reads { [worker] call in
            let new = try call.decoded(NewAuthorizationInput.self).authorization(for: call)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(call.shows(try worker.authorizations.check(new, account: account, in: tx).json))
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Hold.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let isOfAll = call.query["customer"] == nil && call.customerBound == nil
                let customer =
                    isOfAll ? nil : try worker.customer(call.query["customer"], of: call, account: account, in: tx)
                let holds = try worker.authorizations.list(
                    account: account, customer: customer, after: after, limit: page.fetch, in: tx)
                return page.answer(holds) { call.shows($0.json(at: worker.context.now)) }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try Self.id(call)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let hold = try worker.authorizations.get(id, account: account, bound: call.customerBound, in: tx)
                return .json(call.shows(hold.json(at: worker.context.now)))
            }
        }
    }

    private var capture: Work {
        .writes { [worker] call in
            let id = try Self.id(call)
            let new = try call.decoded(NewCaptureInput.self).capture
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let captured = try worker.authorizations.capture(id, new, account: account, in: tx)
                return .json(captured.json(at: worker.context.now))
            }
        }
    }

    private var release: Work {
        .writes { [worker] call in
            let id = try Self.id(call)
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let hold = try worker.authorizations.release(id, account: account, in: tx)
                return .json(hold.json(at: worker.context.now))
            }
        }
    }

    private var alerts: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Alert.self)
            let kind = try call.query["kind"].map { name in
                guard let kind = Alert.Kind(rawValue: name) else {
                    throw Fields.wrong("kind", "one of " + Alert.Kind.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return kind
            }
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let isOfAll = call.query["customer"] == nil && call.customerBound == nil
                let customer =
                    isOfAll ? nil : try worker.customer(call.query["customer"], of: call, account: account, in: tx)
                let key = try call.customersKey.map { try worker.keys.get($0, account: account.id, in: tx) }
                let alerts = try worker.alerts.list(
                    account: account, customer: customer, kind: kind, shownTo: key, after: after, limit: page.fetch,
                    in: tx)
                return page.answer(alerts) { $0.json(isForCustomer: key != nil) }
            }
        }
    }

    private static func id(_ call: Call) throws -> Hold.ID {
        try call.id("id", Hold.self, orElse: .unknown("authorization"))
    }
}
