import Billing
import HTTPTypes
import Storage
import Worker

/// Giving money of charges and top-ups back. A refund is written down at once and sent to Stripe by the outbox; its
/// status tells how it went.
struct RefundRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        let filters = Route.paging.union(["charge", "top_up", "customer", "status"])
        return [
            Route(.post, "/v1/charges/{id}/refunds", .account, create(Self.charge)),
            Route(.get, "/v1/charges/{id}/refunds", .account, query: Route.paging, list(of: Self.charge)),
            Route(.post, "/v1/top_ups/{id}/refunds", .account, create(Self.topUp)),
            Route(.get, "/v1/top_ups/{id}/refunds", .account, query: Route.paging, list(of: Self.topUp)),
            Route(.get, "/v1/refunds", .account, query: filters, list),
            Route(.get, "/v1/refunds/{id}", .account, get),
        ]
    }

    private static func charge(_ call: Call) throws -> PaymentID {
        .charge(try call.id("id", Charge.self, orElse: .unknown("charge")))
    }

    private static func topUp(_ call: Call) throws -> PaymentID {
        .topUp(try call.id("id", TopUp.self, orElse: .unknown("top-up")))
    }

    private func create(_ payment: @escaping @Sendable (Call) throws -> PaymentID) -> Work {
        .writes { [worker] call in
            let payment = try payment(call)
            let input = try call.decoded(NewRefundInput.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let refund = try worker.refunds.create(
                    try input.refund(account.currency), of: payment, account: account, by: call.actor, in: tx)
                return .json(refund.json, status: 201)
            }
        }
    }

    private func list(of payment: @escaping @Sendable (Call) throws -> PaymentID) -> Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let (payment, after) = (try payment(call), try page.after(Refund.self))
            return { tx in
                let refunds = try worker.refunds.list(
                    account: try worker.account(of: call, in: tx), payment: payment, after: after, limit: page.fetch,
                    in: tx)
                return page.answer(refunds) { $0.json }
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Refund.self)
            let status = try Fields.choice(call.query["status"], "status") as Refund.Status?
            let payment = try Self.payment(call)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try call.query["customer"].map {
                    try worker.customers.get($0, account: account, in: tx).id
                }
                let refunds = try worker.refunds.list(
                    account: account, payment: payment, customer: customer, status: status, after: after,
                    limit: page.fetch, in: tx)
                return page.answer(refunds) { $0.json }
            }
        }
    }

    private static func payment(_ call: Call) throws -> PaymentID? {
        let (charge, topUp) = (call.query["charge"], call.query["top_up"])
        guard charge == nil || topUp == nil else {
            throw Problem.invalid("invalid_field", "ask for the refunds of a charge or of a top-up", field: "top_up")
        }
        if let charge {
            guard let id = Charge.ID(charge) else { throw Problem.unknown("charge") }
            return .charge(id)
        }
        guard let topUp else { return nil }
        guard let id = TopUp.ID(topUp) else { throw Problem.unknown("top-up") }
        return .topUp(id)
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try call.id("id", Refund.self, orElse: .unknown("refund"))
            return { tx in
                .json(try worker.refunds.get(id, account: try worker.account(of: call, in: tx), in: tx).json)
            }
        }
    }
}

extension Refund {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "customer": .string(customer.text),
            "charge": JSON(payment.charge?.text), "top_up": JSON(payment.topUp?.text),
            "amount": .amount(amount, currency), "reason": JSON(reason),
            "refund_application_fee": .bool(returnsApplicationFee), "origin": .string(origin.rawValue),
            "status": .string(status.rawValue), "failure_reason": JSON(failureReason),
            "stripe_refund": JSON(stripeRefund), "created_at": .time(createdAt), "updated_at": .time(updatedAt),
        ]
    }
}
