import Billing
import HTTPTypes
import Storage
import Worker

/// What customers dispute with their banks, and what that does to money.
struct DisputeRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.get, "/v1/disputes", .account, query: Route.paging.union(["customer", "status"]), list),
            Route(.get, "/v1/disputes/{id}", .account, get),
        ]
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Dispute.self)
            let status = try Fields.choice(call.query["status"], "status") as Dispute.Status?
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try call.query["customer"].map {
                    try worker.customers.get($0, account: account, in: tx).id
                }
                let disputes = try worker.disputes.list(
                    account: account, customer: customer, status: status, after: after, limit: page.fetch, in: tx)
                return page.answer(disputes) { $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try call.id("id", Dispute.self, orElse: .unknown("dispute"))
            return { tx in
                .json(try worker.disputes.get(id, account: try worker.account(of: call, in: tx), in: tx).json)
            }
        }
    }
}

extension Dispute {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "customer": .string(customer.text),
            "charge": JSON(payment.charge?.text), "top_up": JSON(payment.topUp?.text),
            "amount": .amount(amount, currency), "reason": JSON(reason), "status": .string(status.rawValue),
            "inquiry": .bool(status.isInquiry), "withdrawn": .amount(withdrawn, currency),
            "evidence_due_by": .time(evidenceDueBy), "stripe_dispute": .string(stripeDispute),
            "created_at": .time(createdAt), "updated_at": .time(updatedAt),
        ]
    }
}
