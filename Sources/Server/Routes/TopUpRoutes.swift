import Billing
import HTTPTypes
import Storage
import Worker

/// Selling wallet money through a Checkout page of Stripe's.
struct TopUpRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/top_ups", .account, open),
            Route(.get, "/v1/top_ups", .account, query: Route.paging.union(["customer"]), list),
            Route(.get, "/v1/top_ups/{id}", .account, get),
        ]
    }

    private var open: Work {
        .calls { [worker] call in
            let input = try call.decoded(NewTopUpInput.self)
            let tenant = try call.tenant
            return {
                let account = try await worker.context.database.read { tx in try worker.accounts.get(tenant, in: tx) }
                let topUp = try await worker.topUps.open(try input.topUp(account.currency), account: account)
                return .json(topUp.json, status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(TopUp.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try call.query["customer"].map {
                    try worker.customers.get($0, account: account, in: tx).id
                }
                let topUps = try worker.topUps.list(
                    account: account, customer: customer, after: after, limit: page.fetch, in: tx)
                return page.answer(topUps) { $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try call.id("id", TopUp.self, orElse: .unknown("top-up"))
            return { tx in
                .json(try worker.topUps.get(id, account: try worker.account(of: call, in: tx), in: tx).json)
            }
        }
    }
}

extension TopUp {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "customer": .string(customer.text),
            "amount": .amount(amount, currency), "application_fee": .amount(applicationFee, currency),
            "refunded": .amount(refunded, currency),
            "status": .string(status.rawValue), "automatic": .bool(isAutomatic), "reason": JSON(reason),
            "url": JSON(url), "checkout_session": JSON(checkoutSession),
            "payment_intent": JSON(paymentIntent), "created_at": .time(createdAt), "updated_at": .time(updatedAt),
        ]
    }
}
