import Billing
import Ledger
import Storage

/// Where the comparison of an account's usage stands; it can be written down and taken up again.
struct UsagePosition: Codable, Hashable, Sendable {
    /// The last entry of the journal that counts; what is posted later is for the next run.
    let through: Int64
    /// The customer whose events are being read, and the last of them.
    var customer = ""
    var event = ""
    /// What the customer's events cost exactly, less what was posted for them.
    var left = UsageLeft()
    /// What they report; `nil` where an older Bursar has read the first of them.
    var units: UnitSums?

    mutating func enter(_ customer: Customer.ID) {
        self.customer = customer.text
        event = ""
        left = UsageLeft()
        units = UnitSums()
    }
}

/// What rounding has left of a customer's events: exact amounts less those that were posted.
struct UsageLeft: Codable, Hashable, Sendable {
    var cost = ExactAmount.zero
    var price = ExactAmount.zero

    /// Nothing is left of an event of which nobody can tell what it costs.
    mutating func add(_ event: ComparedEvent, _ verdict: LineRules.Verdict) throws {
        guard let exact = verdict.exact else { return }
        cost = try cost.adding(exact.cost).subtracting(ExactAmount(micros: event.costMicros))
        price = try price.adding(exact.price).subtracting(ExactAmount(micros: event.priceMicros))
    }
}

/// What a unit of a comparison found, and what it adds to the ways.
struct ComparisonPage: Sendable {
    var found: [Discrepancy] = []
    var legs: [ReconciliationLeg] = []

    mutating func count(_ name: ReconciliationLeg.Name, items: Int64 = 1, _ micros: Int128, _ currency: Currency) {
        let place = legs.firstIndex { $0.name == name && $0.currency == currency }
        let known = place.map { legs.remove(at: $0) }
        legs.append(
            ReconciliationLeg(name, items: (known?.items ?? 0) + items, (known?.micros ?? 0) + micros, currency))
    }
}

/// An account's usage by three of the four ways: what events cost by what they reported, what their lines say, and what
/// the books have posted. Read in pages, each one snapshot, in constant memory.
struct UsageComparison {
    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction

    static let eventsPerPage = 500
    static let entriesPerPage = 500
    /// As many units are named that differ in one stretch.
    private static let listedUnits = 10
    /// How many customers without events a page may pass.
    private static let costOfCustomer = 5

    // MARK: Events and lines

    /// The next events, customer by customer.
    /// - Returns: `nil` for the position after the last.
    func events(_ position: UsagePosition) throws -> (page: ComparisonPage, next: UsagePosition?) {
        let rules = LineRules(lastWithoutLine: try tx.usageComparisons.lastWithoutLine())
        var (page, position, budget) = (ComparisonPage(), position, Self.eventsPerPage)
        while true {
            if !position.customer.isEmpty {
                let events = try tx.usageComparisons.events(
                    of: Customer.ID(stored: position.customer), after: position.event, limit: budget)
                for event in events { try judge(event, rules, &position, &page) }
                budget -= events.count
                guard budget > 0 else { return (page, position) }
                try close(position, rules, &page)
            }
            let next = try tx.customers.first(of: account.id, after: position.customer)
            guard let next else { return (page, nil) }
            position.enter(next)
            budget -= Self.costOfCustomer
            guard budget > 0 else { return (page, position) }
        }
    }

    private func judge(
        _ event: ComparedEvent, _ rules: LineRules, _ position: inout UsagePosition, _ page: inout ComparisonPage
    ) throws {
        let verdict = rules.judge(event)
        position.event = event.id.text
        try position.left.add(event, verdict)
        position.units?.add(event.quantities)
        page.found += findings(event, verdict)
        guard (event.entry ?? 0) <= position.through else { return }
        // What has no entry adds up to nothing.
        let counts: Int128 = event.entry == nil ? 0 : 1
        let expected = Int128(verdict.priceMicros ?? (verdict.fault == nil ? event.priceMicros : 0))
        page.count(.usageEvents, expected * counts, account.currency)
        guard verdict.fault?.kind != .ratedLineMissing else { return }
        page.count(.ratedLines, Int128(event.priceMicros) * counts, account.currency)
    }

    /// What is wrong with one event, in itself.
    func findings(_ event: ComparedEvent, _ verdict: LineRules.Verdict) -> [Discrepancy] {
        var found: [Discrepancy] = []
        if let fault = verdict.fault {
            let isOfCost = verdict.priceMicros == event.priceMicros
            found.append(
                discrepancy(
                    fault.kind, event.id.text, fault.detail, event: event.id, entry: event.entry,
                    expected: Int128((isOfCost ? verdict.costMicros : verdict.priceMicros) ?? 0),
                    found: Int128(isOfCost ? event.costMicros : event.priceMicros)))
        }
        if event.account != account.id {
            found.append(
                discrepancy(
                    .accountDiffers, event.id.text, "it is of account \(event.account), and its customer is not",
                    event: event.id, entry: event.entry, expected: 0, found: Int128(event.priceMicros)))
        }
        if !event.isPosted {
            let isOfCost = event.priceMicros == 0
            found.append(
                discrepancy(
                    .usageNotPosted, event.id.text, "no entry of usage in its account's book has posted it",
                    event: event.id, entry: event.entry,
                    expected: Int128(isOfCost ? event.costMicros : event.priceMicros), found: 0))
        }
        return found
    }

    // MARK: Customers

    /// All events of a customer were read: what rounding has left of them is carried on, and their totals are theirs.
    private func close(_ position: UsagePosition, _ rules: LineRules, _ page: inout ComparisonPage) throws {
        let customer = Customer.ID(stored: position.customer)
        let carries = try tx.carries.get(customer)
        let spans = [
            ("quarters", try tx.audit.unitTotals(of: customer, .quarter)),
            ("days", try tx.audit.unitTotals(of: customer, .day)),
        ]
        var (left, units) = (position.left, position.units)
        let isLeft = left == UsageLeft(cost: carries.cost.exact, price: carries.price.exact)
        let isCounted = units.map { sums in spans.allSatisfy { sums.differences(from: $0.1).isEmpty } } ?? false
        if !isLeft || !isCounted {
            // An event may have come in behind the reading: read them once more, in this one snapshot.
            (left, units) = (UsageLeft(), UnitSums())
            try tx.usageComparisons.forEachEvent(of: customer) { event in
                try left.add(event, rules.judge(event))
                units?.add(event.quantities)
            }
        }
        for (what, left, carry) in [("price", left.price, carries.price), ("cost", left.cost, carries.cost)]
        where left != carry.exact {
            let difference = try left.subtracting(carry.exact)
            var found = discrepancy(
                .carryDiffers, "\(customer) \(what)",
                "rounding has left \(left) micros of the events' \(what), and \(carry) are carried on",
                expected: 0, found: difference.wholeMicros)
            found.rows.expectedMicros = nil
            found.rows.foundMicros = nil
            page.found.append(found)
        }
        try compareTotals(of: customer, spans.map { ($0.0, (units ?? UnitSums()).differences(from: $0.1)) }, &page)
    }

    /// - Parameter units: how the units of each span differ, quarters first.
    private func compareTotals(
        of customer: Customer.ID, _ units: [(span: String, differences: [String])], _ page: inout ComparisonPage
    ) throws {
        let totals = try tx.audit.customerTotals(of: customer, account: account.id)
        let events = totals.events
        for (sums, (span, differences)) in zip([totals.quarters, totals.days], units)
        where sums != events || !differences.isEmpty {
            let isOfCost = sums.price == events.price
            let amounts =
                "\(events.requests) events make cost \(events.cost) and price \(events.price) micros, and the totals "
                + "of \(span) hold \(sums.requests), \(sums.cost) and \(sums.price)"
            page.found.append(
                discrepancy(
                    .totalsDiffer, "\(customer) \(span)",
                    ([amounts] + differences.prefix(Self.listedUnits)).joined(separator: "; "),
                    expected: isOfCost ? events.cost : events.price, found: isOfCost ? sums.cost : sums.price))
        }
    }

    // MARK: Entries

    /// The next entries of usage, each beside its events.
    /// - Returns: `nil` for the place after the last.
    func entries(after: String, through: Int64) throws -> (page: ComparisonPage, next: String?) {
        var page = ComparisonPage()
        let entries = try tx.usageComparisons.entries(
            account: account.id, after: after, through: through, limit: Self.entriesPerPage)
        for entry in entries {
            page.count(.ledgerRevenue, -entry.revenue, account.currency)
            if let finding = finding(entry) { page.found.append(finding) }
        }
        return (page, entries.count < Self.entriesPerPage ? nil : entries.last?.reference)
    }

    func finding(_ entry: ComparedEntry) -> Discrepancy? {
        guard entry.price != -entry.revenue || entry.cost != entry.providerCost || entry.events == 0 else { return nil }
        let isOfCost = entry.price == -entry.revenue
        var found = discrepancy(
            .usageEntryDiffers, entry.reference,
            "its \(entry.events) events make price \(entry.price) and cost \(entry.cost) micros, and it books "
                + "\(-entry.revenue) as revenue and \(entry.providerCost) as cost of the account's currency",
            event: UsageEvent.ID(String(entry.reference.dropFirst("usage:".count))), entry: entry.sequence,
            expected: isOfCost ? entry.cost : entry.price, found: isOfCost ? entry.providerCost : -entry.revenue)
        found.rows.reference = entry.reference
        return found
    }

    private func discrepancy(
        _ kind: Discrepancy.Kind, _ object: String, _ detail: String, event: UsageEvent.ID? = nil, entry: Int64? = nil,
        expected: Int128, found: Int128
    ) -> Discrepancy {
        var discrepancy = Discrepancy(
            id: .make(context.seams), account: account.id, kind: kind, object: object,
            amount: Money(micros: Int64(clamping: found - expected), account.currency), detail: detail,
            foundAt: context.now)
        discrepancy.rows.event = event
        discrepancy.rows.entry = entry
        if let event { discrepancy.rows.reference = "usage:\(event)" }
        // What 64 bits do not hold is told by the detail alone.
        discrepancy.rows.expectedMicros = Int64(exactly: expected)
        discrepancy.rows.foundMicros = Int64(exactly: found)
        return discrepancy
    }
}
