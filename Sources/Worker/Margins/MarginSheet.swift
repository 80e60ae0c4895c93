import Billing
import Ledger
import Storage

/// Usage and fees of one question, side by side until they are grouped as the caller wants them.
struct MarginSheet {
    /// Whose fees, and of which hour, day or month where the question is by one.
    private struct Payer: Hashable {
        let customer: String
        let period: String
    }

    private struct Fees {
        var processor: Int128 = 0
        var application: Int128 = 0
    }

    private let account: ConnectedAccount
    private let query: UsageQuery
    /// The caller's question without its filters, by customer and by all that it filters by: fees are split over the
    /// whole of a customer's usage.
    private let wide: UsageQuery
    private let plan: UsagePlan
    private let payerPlaces: (customer: Int, period: Int?)
    private var usage: [[String]: MarginFigures] = [:]
    private var fees: [Payer: Fees] = [:]
    private var foreign: [Currency: Fees] = [:]

    init(_ query: UsageQuery, account: ConnectedAccount) throws {
        self.account = account
        self.query = query
        var wide = query
        wide.filters = query.filters.filter { $0.key == .customer }
        for dimension in [.customer] + query.filters.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            if !wide.groupBy.contains(dimension.grouping) { wide.groupBy.append(dimension.grouping) }
        }
        plan = try UsagePlan(wide, account: account)
        self.wide = wide
        payerPlaces = (
            wide.groupBy.firstIndex(of: .customer) ?? 0, wide.groupBy.firstIndex { $0.dimension == nil }
        )
    }

    var otherFees: [MarginReport.OtherFees] {
        foreign.sorted { $0.key < $1.key }.map { currency, fees in
            .init(currency: currency, processorMicros: fees.processor, applicationMicros: fees.application)
        }
    }

    mutating func readUsage(in tx: Transaction) throws {
        for stretch in plan.stretches {
            try tx.usageTotals.forEach(plan.question, in: stretch) { group, sums in
                let figures = MarginFigures(
                    requests: sums.requests, revenueMicros: sums.priceMicros, costMicros: sums.costMicros)
                usage[plan.values(of: group), default: .zero].add(figures)
            }
        }
    }

    mutating func readFees(in tx: Transaction) throws {
        let customer = query.filters[.customer].map(Customer.ID.init(stored:))
        try tx.paymentFees.forEach(account: account.id, from: plan.from, to: plan.to, customer: customer) { paid in
            let (processor, application) = (Int128(paid.processorMicros), Int128(paid.applicationMicros))
            guard paid.currency == account.currency else {
                foreign[paid.currency, default: Fees()].processor += processor
                foreign[paid.currency, default: Fees()].application += application
                return
            }
            let payer = Payer(customer: paid.customer?.text ?? "", period: plan.period(holding: paid.startsAt))
            fees[payer, default: Fees()].processor += processor
            fees[payer, default: Fees()].application += application
        }
    }

    /// The figures of each group, in the caller's own grouping.
    /// - Throws: `overflow`.
    func groups() throws -> [[String]: MarginFigures] {
        var groups: [[String]: MarginFigures] = [:]
        for (values, figures) in try withFees() where isAskedFor(values) {
            groups[Array(values.prefix(query.groupBy.count)), default: .zero].add(figures)
        }
        return groups
    }

    private func withFees() throws -> [[String]: MarginFigures] {
        var figures = usage
        let uses = Dictionary(grouping: usage.keys, by: payer)
        for (payer, fees) in fees {
            let groups = (uses[payer] ?? []).sorted { $0.lexicographicallyPrecedes($1) }
            let prices = groups.map { usage[$0]?.revenueMicros ?? 0 }
            guard let processor = try Apportionment.split(fees.processor, by: prices),
                let application = try Apportionment.split(fees.application, by: prices)
            else {
                figures[group(of: payer), default: .zero].take(fees.processor, fees.application)
                continue
            }
            for (place, group) in groups.enumerated() {
                figures[group, default: .zero].take(processor[place], application[place])
            }
        }
        return figures
    }

    private func payer(of values: [String]) -> Payer {
        Payer(customer: values[payerPlaces.customer], period: payerPlaces.period.map { values[$0] } ?? "")
    }

    /// The group of what nothing else is known of.
    private func group(of payer: Payer) -> [String] {
        var values = [String](repeating: "", count: wide.groupBy.count)
        values[payerPlaces.customer] = payer.customer
        if let place = payerPlaces.period { values[place] = payer.period }
        return values
    }

    private func isAskedFor(_ values: [String]) -> Bool {
        zip(wide.groupBy, values).allSatisfy { grouping, value in
            grouping.dimension.flatMap { query.filters[$0] }.map { $0 == value } ?? true
        }
    }
}

extension MarginFigures {
    fileprivate mutating func take(_ processorFee: Int128, _ applicationFee: Int128) {
        processorFeeMicros += processorFee
        applicationFeeMicros += applicationFee
    }
}

extension UsageDimension {
    fileprivate var grouping: UsageGrouping {
        switch self {
        case .customer: .customer
        case .key: .key
        case .model: .model
        case .provider: .provider
        case .feature: .feature
        case .action: .action
        case .product: .product
        case .organization: .organization
        }
    }
}
