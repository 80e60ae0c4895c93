import Billing
import HTTPTypes
import Storage
import Worker

/// Collecting what accrued. A charge is written down at once and sent to Stripe by the outbox; its status tells how it
/// went.
struct ChargeRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/charges", .account, open),
            Route(.get, "/v1/charges", .account, query: Route.paging.union(["customer", "status"]), list),
            Route(.get, "/v1/charges/{id}", .account, get),
            Route(.get, "/v1/charges/{id}/attempts", .account, attempts),
            Route(.post, "/v1/charges/{id}/retry", .account, retry),
            Route(.post, "/v1/charges/{id}/cancel", .account, cancel),
        ]
    }

    private var open: Work {
        .writes { [worker] call in
            let name = try call.decoded(NewChargeInput.self).customer
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customers.get(name, account: account, in: tx)
                return .json(json(try worker.charging.open(customer, account: account, in: tx)), status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Charge.self)
            let status = try call.query["status"].map { text in
                guard let status = ChargeStatus(rawValue: text) else {
                    throw Fields.wrong(
                        "status", "one of " + ChargeStatus.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return status
            }
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try call.query["customer"].map {
                    try worker.customers.get($0, account: account, in: tx).id
                }
                let charges = try worker.charging.list(
                    account: account, customer: customer, status: status, after: after, limit: page.fetch, in: tx)
                return page.answer(charges, json)
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try call.id("id", Charge.self, orElse: .unknown("charge"))
            return { tx in
                .json(json(try worker.charging.get(id, account: try worker.account(of: call, in: tx), in: tx)))
            }
        }
    }

    private var attempts: Work {
        .reads { [worker] call in
            let id = try call.id("id", Charge.self, orElse: .unknown("charge"))
            return { tx in
                let charge = try worker.charging.get(id, account: try worker.account(of: call, in: tx), in: tx)
                let attempts = try worker.dunning.attempts(of: charge, in: tx)
                return .json(["data": .array(attempts.map(\.json)), "has_more": .bool(false)])
            }
        }
    }

    private var retry: Work {
        .writes { [worker] call in
            let id = try call.id("id", Charge.self, orElse: .unknown("charge"))
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let charge = try worker.charging.get(id, account: account, in: tx)
                let customer = try worker.customers.get(charge.customer.text, account: account, in: tx)
                return .json(json(try worker.charging.retry(charge, customer: customer, account: account, in: tx)))
            }
        }
    }

    private var cancel: Work {
        .writes { [worker] call in
            let id = try call.id("id", Charge.self, orElse: .unknown("charge"))
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let charge = try worker.charging.get(id, account: account, in: tx)
                return .json(json(try worker.charging.cancel(charge, account: account, in: tx)))
            }
        }
    }

    @Sendable func json(_ charge: Charge) -> JSON {
        [
            "id": .string(charge.id.text), "account": .string(charge.account.text),
            "customer": .string(charge.customer.text), "amount": .amount(charge.amount, charge.currency),
            "application_fee": .amount(charge.applicationFee, charge.currency),
            "refunded": .amount(charge.refunded, charge.currency), "status": .string(charge.status.rawValue),
            "reason": JSON(charge.reason), "next_step": JSON(worker.charging.advice(on: charge)?.rawValue),
            "payment_url": JSON(worker.charging.paymentPage(of: charge)), "payment_intent": JSON(charge.paymentIntent),
            "attempts": .integer(Int64(charge.attempt)),
            "next_attempt_at": .time(charge.dunning.nextAttemptAt), "gives_up_at": .time(charge.dunning.givesUpAt),
            "ended_at": .time(charge.dunning.endedAt), "end_reason": JSON(charge.dunning.endReason?.rawValue),
            "created_at": .time(charge.createdAt),
            "updated_at": .time(charge.updatedAt),
        ]
    }
}

extension ChargeAttempt {
    var json: JSON {
        [
            "number": .integer(Int64(number)), "at": .time(at), "origin": .string(origin.rawValue),
            "payment_method": JSON(method), "outcome": JSON(outcome?.rawValue), "ended_at": .time(endedAt),
            "reason": JSON(code), "next_step": JSON(next?.rawValue),
        ]
    }
}
