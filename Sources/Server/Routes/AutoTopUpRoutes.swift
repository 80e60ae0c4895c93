import Billing
import HTTPTypes
import Ledger
import Storage
import Worker

/// How a customer's wallet fills itself with the saved card, and how that went.
struct AutoTopUpRoutes {
    let worker: BillingWorker

    private static let path = "/v1/customers/{id}/auto_top_up"

    var routes: [Route] {
        [
            Route(.get, Self.path, .account, get), Route(.post, Self.path, .account, set),
            Route(.delete, Self.path, .account, remove),
        ]
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customers.get(call.parameter("id"), account: account, in: tx)
                return .json(try worker.autoTopUpJSON(of: customer, in: tx))
            }
        }
    }

    private var set: Work {
        .writes { [worker] call in
            let policy = try call.decoded(AutoTopUpInput.self).policy
            return { tx in try change(policy, call, worker, in: tx) }
        }
    }

    private var remove: Work {
        .writes { [worker] call in { tx in try change(nil, call, worker, in: tx) } }
    }

    private func change(
        _ policy: AutoTopUpPolicy?, _ call: Call, _ worker: BillingWorker, in tx: Transaction
    ) throws -> Answer {
        let account = try worker.account(of: call, in: tx)
        let customer = try worker.customers.get(call.parameter("id"), account: account, in: tx)
        let changed = try worker.autoTopUps.set(policy, for: customer, account: account, by: call.actor, in: tx)
        return .json(try worker.autoTopUpJSON(of: changed, in: tx))
    }
}

/// The body of `POST /v1/customers/{id}/auto_top_up`.
struct AutoTopUpInput: Decodable {
    let policy: AutoTopUpPolicy

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder, ["threshold_micros", "amount_micros", "monthly_limit_micros", "cool_down_seconds"])
        policy = AutoTopUpPolicy(
            thresholdMicros: try Fields.required(fields.integer("threshold_micros"), "threshold_micros"),
            amountMicros: try Fields.required(fields.integer("amount_micros"), "amount_micros"),
            monthlyLimitMicros: try fields.integer("monthly_limit_micros"),
            coolDownSeconds: try fields.integer("cool_down_seconds"))
    }
}

extension BillingWorker {
    func autoTopUpJSON(of customer: Customer, in tx: Transaction) throws -> JSON {
        let policy = customer.autoTopUp
        let state = try autoTopUps.state(of: customer, in: tx)
        return [
            "customer": .string(customer.id.text), "enabled": .bool(policy != nil && state.stoppedAt == nil),
            "threshold_micros": JSON(policy?.thresholdMicros), "amount_micros": JSON(policy?.amountMicros),
            "monthly_limit_micros": JSON(policy?.monthlyLimitMicros),
            "cool_down_seconds": JSON(policy?.coolDownInForce), "in_flight": .bool(state.isInFlight),
            "needs_card": .bool(policy != nil && customer.paymentMethod == nil),
            "declines": .integer(state.declines), "last_started_at": .time(state.lastStartedAt),
            "stopped_at": .time(state.stoppedAt), "stop_reason": JSON(state.stopReason?.rawValue),
        ]
    }
}
