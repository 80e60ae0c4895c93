import Billing
import Ledger
import Storage

/// A request's events on their way into the books. Customers, carries, balances, totals and counters are read when they
/// are first needed, moved in memory event by event, and written once at the end. An event that is refused has moved
/// nothing.
final class UsageBatch {
    enum Judgement {
        /// The place among the events that the batch records.
        case accepted(Int)
        /// The same as one of them.
        case repeated(Int)
        /// The same as one that was there before.
        case known(UsageEvent)
        case rejected(WorkerError)
    }

    private struct Name: Hashable {
        let source: String
        let eventID: String
    }

    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction
    let now: Instant
    private let pricing: UsagePricing
    private var book: BookTab
    private var totals: TotalsTab
    private var meters: MetersTab
    var counters: CountersTab
    private var tabs: [String: CustomerTab] = [:]
    private(set) var order: [CustomerTab] = []
    private(set) var keys: [String: ApiKey] = [:]
    private var events: [(event: UsageEvent, line: RatedLine, tab: CustomerTab)] = []
    private var places: [Name: Int] = [:]

    init(context: WorkerContext, account: ConnectedAccount, tx: Transaction) throws {
        self.context = context
        self.account = account
        self.tx = tx
        now = context.now
        pricing = try UsagePricing(account: account, context: context, in: tx)
        book = try BookTab(account: account, in: tx)
        totals = TotalsTab(account: account, tx: tx)
        meters = try MetersTab(account: account, context: context, tx: tx)
        counters = CountersTab(tx: tx, now: context.now)
    }

    // MARK: Judging

    /// - Throws: only what concerns the whole batch.
    func judge(_ report: UsageReport) throws -> Judgement {
        do {
            try UsageCheck(now: now).check(report)
            let key = try report.key.map(key)
            return try known(report, key: key?.id.text) ?? .accepted(record(report, key: key))
        } catch let error as WorkerError {
            return .rejected(error)
        } catch let error as BillingError {
            return .rejected(.invalid(error.field ?? "cost_micros", error.detail, code: error.code))
        } catch let error as LedgerError {
            return .rejected(.invalid("cost_micros", "a balance would not fit 64 bits", code: error.code))
        }
    }

    /// The same event again is a duplicate; another one under the same name is the caller's mistake.
    private func known(_ report: UsageReport, key: String?) throws -> Judgement? {
        if let place = places[Name(source: report.source, eventID: report.eventID)] {
            let (event, line, tab) = events[place]
            let recorded = RecordedUsage(
                event: event, customer: tab.customer.externalID, givenCost: line.rated.cost.givenMicros)
            if let field = recorded.difference(from: report, key: key) { throw WorkerError.eventDiffers(field) }
            return .repeated(place)
        }
        guard let event = try tx.usage.find(account: account.id, source: report.source, eventID: report.eventID) else {
            return nil
        }
        // Before lines were kept, only costs were reported.
        let line = try tx.usage.line(of: event.id).map(RatedLine.init(json:))
        let recorded = RecordedUsage(
            event: event, customer: try tx.customers.find(event.customer)?.externalID ?? "",
            givenCost: line == nil ? event.costMicros : line?.rated.cost.givenMicros)
        if let field = recorded.difference(from: report, key: key) { throw WorkerError.eventDiffers(field) }
        return .known(event)
    }

    private func record(_ report: UsageReport, key: ApiKey?) throws -> Int {
        let tab = try tab(of: report, key: key)
        try tab.requireActive()
        let time = report.time ?? now
        let metered = try meters.adding(
            report, by: tab.customer, key: key, in: tab.zone, at: time, countedAt: tab.counting(time, now: now).at,
            takesArchived: report.authorization != nil)
        let rated = try pricing.rate(report, at: time, by: tab.rating, metered: metered)
        let line = try rated.settled(tab.carries)
        let event = event(report, line: line, tab: tab, key: key, at: time)
        if report.isEnforced { try enforce(event, tab, key: key) }
        try add(event, line, tab, key: key, metered)
        places[Name(source: report.source, eventID: report.eventID)] = events.count - 1
        return events.count - 1
    }

    /// Everything that can be refused is tried before anything is moved.
    private func add(
        _ event: UsageEvent, _ line: RatedLine, _ tab: CustomerTab, key: ApiKey?, _ metered: MetersTab.Change
    ) throws {
        let book = try book.adding(event)
        let net = try tab.adding(event)
        let labels = tab.labels(of: event)
        let sums = try totals.adding(event, labels: labels)
        let counts = try counters.adding(event, tab: tab, key: key, zone: account.zone)
        self.book = book
        tab.take(net, carries: line.carries)
        totals.take(sums)
        meters.take(metered)
        counters.take(counts)
        if tab.events.isEmpty { order.append(tab) }
        tab.events.append(events.count)
        events.append((event, line, tab))
    }

    private func event(
        _ report: UsageReport, line: RatedLine, tab: CustomerTab, key: ApiKey?, at time: Instant
    ) -> UsageEvent {
        let labels = UsageLabels(
            provider: report.provider, model: report.model, feature: report.feature, action: report.action,
            product: report.product, organization: report.organization, key: key?.id.text)
        var event = UsageEvent(
            id: .make(context.seams), account: account.id, customer: tab.customer.id, source: report.source,
            eventID: report.eventID, time: time, labels: labels, costMicros: line.cost.micros,
            priceMicros: line.price.micros, markup: line.rated.markup?.percent ?? .zero, metadata: report.metadata,
            receivedAt: now)
        event.quantities = report.quantities
        event.latencyMs = report.latencyMs
        event.authorization = report.authorization?.text
        (event.countedAt, event.isLate) = tab.counting(time, now: now)
        return event
    }

    /// - Throws: `unknown_key`, also for a key of somebody else.
    private func key(_ name: String) throws -> ApiKey {
        if let known = keys[name] { return known }
        let found =
            try ApiKey.ID(name).map { try tx.apiKeys.find($0, account: account.id) }
            ?? tx.apiKeys.find(secretHash: SecretDigest.of(name))
        guard let found, found.scope.account == account.id else {
            throw WorkerError.invalid("key", "the account has no such key", code: "unknown_key")
        }
        keys[name] = found
        return found
    }

    /// A customer's key can only have been used by that customer.
    private func tab(of report: UsageReport, key: ApiKey?) throws -> CustomerTab {
        var name = report.customer
        if let owner = key?.scope.customer {
            let external = try tx.customers.find(owner)?.externalID ?? ""
            guard ["", external, owner.text].contains(name) else {
                throw WorkerError.invalid("customer", "the key is that of another customer", code: "foreign_key")
            }
            name = external
        }
        guard !name.isEmpty else {
            throw WorkerError.invalid("customer", "say who used it: the key is not that of a customer")
        }
        if let tab = tabs[name] { return tab }
        let (customer, isNew) = try Customers(context: context).findOrPrepare(name, account: account, in: tx)
        // One customer may be called by two names.
        let tab =
            try tabs[customer.id.text]
            ?? CustomerTab(customer, isNew: isNew, pricing: pricing, context: context, in: tx)
        tabs[name] = tab
        tabs[customer.id.text] = tab
        return tab
    }

    // MARK: Taking back

    /// - Throws: also what is wrong with the one correction, as there are no others.
    func correct(_ original: UsageEvent, named name: String, reason: String) throws {
        guard let customer = try tx.customers.find(original.customer) else { throw WorkerError.notFound("customer") }
        let tab = try CustomerTab(customer, isNew: false, pricing: pricing, context: context, in: tx)
        tab.corrects = original.entry
        let stored = try tx.usage.line(of: original.id).map(RatedLine.init(json:))
        let line = try (stored?.rated ?? pricing.rated(before: original)).reversal().settled(tab.carries)
        var event = UsageEvent(
            id: .make(context.seams), account: account.id, customer: customer.id,
            source: UsageEvent.correctionSource, eventID: name, time: original.time, labels: original.labels,
            costMicros: line.cost.micros, priceMicros: line.price.micros, markup: original.markup,
            metadata: ["reason": reason], receivedAt: now)
        event.kind = .correction
        event.corrects = original.id
        event.quantities = try original.quantities.negated()
        event.latencyMs = original.latencyMs
        event.isLate = original.isLate
        event.countedAt = tab.isOpen(at: original.countedAt, now: now) ? original.countedAt : now
        let key = try original.labels.key.flatMap { try tx.apiKeys.find(ApiKey.ID(stored: $0), account: account.id) }
        try add(
            event, line, tab, key: key,
            try meters.takingBack(original, line.rated, countedAt: event.countedAt))
    }

    // MARK: Writing

    /// - Returns: the events in the order in which they were accepted.
    func write() throws -> [UsageEvent] {
        for tab in order {
            let first = events[tab.events[0]].event
            let entry = try tab.post(naming: first, at: now)
            for place in tab.events { events[place].event.entry = entry }
        }
        for (event, line, _) in events {
            guard try tx.usage.insert(event, line: line.json) else {
                throw WorkerError(.unavailable, "event_in_flight", "this event is being recorded; send it again")
            }
        }
        try totals.write()
        try meters.write()
        try counters.write()
        try tellOfCrossings()
        for tab in order { try Charging(context: context).markDueAtThreshold(tab.customer, account: account, in: tx) }
        return events.map(\.event)
    }
}

extension RatedCost {
    /// What the caller said that it cost; `nil` where the catalogue did.
    var givenMicros: Int64? { basis == .given ? Int64(exactly: exact.wholeMicros) : nil }
}
