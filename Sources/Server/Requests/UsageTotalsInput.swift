import Billing
import Storage
import Worker

/// The query of `GET /v1/usage` where it asks for totals, and of `GET /v1/margins`.
struct UsageTotalsInput {
    let page: Paging
    private let query: UsageQuery

    static let names = Set(["from", "to", "group_by", "time_zone"] + UsageDimension.allCases.map(\.rawValue))

    static func isMeant(_ query: [String: String]) -> Bool { query["from"] != nil || query["to"] != nil }

    init(_ parameters: [String: String]) throws {
        page = try Paging(parameters)
        var query = UsageQuery(
            from: try Fields.required(parameters["from"], "from"), to: try Fields.required(parameters["to"], "to"))
        let names = (parameters["group_by"] ?? "").split(separator: ",").map(String.init)
        query.groupBy = try names.map { name in
            guard let grouping = UsageGrouping(rawValue: name) else {
                let known = UsageGrouping.allCases.map(\.rawValue).joined(separator: ", ")
                throw Fields.wrong("group_by", "names of \(known), with commas between")
            }
            return grouping
        }
        for dimension in UsageDimension.allCases { query.filters[dimension] = parameters[dimension.rawValue] }
        query.timeZone = parameters["time_zone"]
        query.after = page.startingAfter
        query.limit = page.fetch
        self.query = query
    }

    /// With the customer by our id. A customer's key can only ask for its own usage.
    func query(
        of call: Call, account: ConnectedAccount, _ worker: BillingWorker, in tx: Transaction
    ) throws -> UsageQuery {
        var query = query
        if let name = query.filters[.customer] ?? call.customerBound?.text {
            query.filters[.customer] = try worker.customer(name, of: call, account: account, in: tx).id.text
        }
        return query
    }

    func answer(_ call: Call, _ worker: BillingWorker) -> Work.InTransaction {
        { tx in
            let account = try worker.account(of: call, in: tx)
            let query = try query(of: call, account: account, worker, in: tx)
            let totals = try worker.usageTotals.ask(query, account: account, in: tx)
            let names = try worker.usageTotals.externalIDs(in: totals.prefix(page.limit), in: tx)
            return page.answer(totals) { call.shows($0.json(names)) }
        }
    }
}

extension UsageTotal {
    /// - Parameter names: the external ids of customers, by our ids.
    func json(_ names: [String: String]) -> JSON {
        let tokens = zip(UsageUnit.tokens, figures.tokens).map { ($0.name, JSON.millionths($1)) }
        let units = self.units.sorted { $0.key < $1.key }.map { ($0.key.name, JSON.millionths($0.value)) }
        return .object(
            [
                ("id", .string(id)), ("group", groups.json(names)),
                ("requests", .whole(figures.requests)), ("late", .whole(figures.late)),
                ("cost_micros", .whole(figures.costMicros)), ("price_micros", .whole(figures.priceMicros)),
                ("margin_micros", .whole(marginMicros)),
            ] + tokens + [
                ("units", .object(units.map { (name: $0.0, value: $0.1) })),
                ("average_latency_ms", averageLatencyMs.map(JSON.whole) ?? .null),
            ])
    }
}

extension [(by: UsageGrouping, value: String?)] {
    /// - Parameter names: the external ids of customers, by our ids.
    func json(_ names: [String: String]) -> JSON {
        var members: [(name: String, value: JSON)] = []
        for (grouping, value) in self {
            members.append((grouping.rawValue, JSON(value)))
            if grouping == .customer { members.append(("external_id", JSON(value.flatMap { names[$0] }))) }
        }
        return .object(members)
    }
}
