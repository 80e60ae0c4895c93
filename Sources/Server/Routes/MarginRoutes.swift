import Billing
import Foundation
import HTTPTypes
import Ledger
import Storage
import Worker

/// What the merchant earns, after the providers, Stripe and the platform have taken their part. No customer's key sees
/// it.
struct MarginRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [Route(.get, "/v1/margins", .account, query: Route.paging.union(UsageTotalsInput.names), report)]
    }

    private var report: Work {
        .reads { [worker] call in
            let input = try UsageTotalsInput(call.query)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let report = try worker.margins.ask(
                    try input.query(of: call, account: account, worker, in: tx), account: account, in: tx)
                let shown = report.rows.prefix(input.page.limit)
                let names = try worker.margins.externalIDs(in: shown, in: tx)
                return .json(report.json(shown: shown, customers: names, hasMore: report.rows.count > shown.count))
            }
        }
    }
}

extension MarginReport {
    func json(shown: ArraySlice<MarginRow>, customers: [String: String], hasMore: Bool) -> JSON {
        [
            "data": .array(shown.map { $0.json(customers) }), "has_more": .bool(hasMore), "total": total.json,
            "other_fees": .array(otherFees.map(\.json)),
        ]
    }
}

extension MarginRow {
    /// - Parameter names: the external ids of customers, by our ids.
    func json(_ names: [String: String]) -> JSON {
        guard case .object(let figures) = figures.json else { return .null }
        return .object([("id", .string(id)), ("group", groups.json(names))] + figures)
    }
}

extension MarginFigures {
    var json: JSON {
        [
            "requests": .whole(requests), "revenue_micros": .whole(revenueMicros), "cost_micros": .whole(costMicros),
            "processor_fee_micros": .whole(processorFeeMicros),
            "application_fee_micros": .whole(applicationFeeMicros), "margin_micros": .whole(marginMicros),
            "margin_percent": marginBasisPoints.map { points in
                .decimal((Decimal(string: String(points)) ?? 0) / 100)
            } ?? .null,
        ]
    }
}

extension MarginReport.OtherFees {
    var json: JSON {
        [
            "currency": .string(currency.code), "processor_fee_micros": .whole(processorMicros),
            "application_fee_micros": .whole(applicationMicros),
        ]
    }
}
