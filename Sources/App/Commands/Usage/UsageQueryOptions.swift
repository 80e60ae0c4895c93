import ArgumentParser
import Billing
import Storage
import Worker

/// Which usage is summed up, and by what.
struct UsageQueryOptions: ParsableArguments, Sendable {
    @Option(help: "From when: a date, or an RFC 3339 time at a full quarter of an hour.") var from: String
    @Option(help: "Until when; no longer part of it.") var to: String
    @Option(help: ArgumentHelp("What to group by, with commas between.", valueName: "names")) var groupBy: String?
    @Option(help: "Where days begin: an IANA name; the account's time zone, if left out.") var timeZone: String?
    @Option(help: "Only this customer, by id or by your own name.") var customer: String?
    @OptionGroup(title: "Only usage of this") var labels: UsageLabelOptions

    /// - Throws: what is wrong with `--group-by`.
    func query(_ page: PageOptions) throws -> UsageQuery {
        var query = UsageQuery(from: from, to: to)
        query.groupBy = try (groupBy ?? "").split(separator: ",").map { name in
            guard let grouping = UsageGrouping(rawValue: String(name)) else {
                let known = UsageGrouping.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--group-by knows \(known); it does not know \(name).")
            }
            return grouping
        }
        query.filters = labels.filters
        query.timeZone = timeZone
        query.after = page.after
        query.limit = page.limit + 1
        return query
    }

    /// The query with the customer by our id.
    func found(_ query: UsageQuery, of account: ConnectedAccount, at desk: Desk, in tx: Transaction) throws
        -> UsageQuery
    {
        guard let customer else { return query }
        var query = query
        query.filters[.customer] = try desk.worker.customers.get(customer, account: account, in: tx).id.text
        return query
    }
}

extension UsageLabelOptions {
    fileprivate var filters: [UsageDimension: String] {
        var filters: [UsageDimension: String] = [:]
        filters[.provider] = provider
        filters[.model] = model
        filters[.feature] = feature
        filters[.action] = action
        filters[.product] = product
        filters[.organization] = organization
        filters[.key] = key
        return filters
    }
}
