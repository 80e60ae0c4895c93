import Billing
import Ledger
import Storage

/// A request's events on their way into the books. Customers, carries, balances, totals and counters are read when they
/// are first needed, or many at once before; they are moved in memory event by event, and written once at the end. An
/// event that is refused has moved nothing.
///
/// Judging goes over the reports twice: first each becomes a candidate, with its customer's tab; then, when
/// the tabs have read what all candidates together will move, one candidate after the other is let in.
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

    private enum Draft {
        case judged(Judgement)
        case candidate(UsageCandidate)
        /// Another report before it has the same name, and what becomes of that one decides.
        case again(CheckedReport)
    }

    private final class Accepted {
        var event: UsageEvent
        let line: RatedLine
        let tab: CustomerTab

        init(_ event: UsageEvent, _ line: RatedLine, _ tab: CustomerTab) {
            self.event = event
            self.line = line
            self.tab = tab
        }
    }

    private struct Name: Hashable {
        let source: String
        let eventID: String

        init(_ report: UsageReport) { (source, eventID) = (report.source, report.eventID) }
    }

    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction
    let now: Instant
    private let pricing: UsagePricing
    private let journal: JournalSheet
    private var ahead: ReadAhead
    private var book: BookTab
    private var totals: TotalsTab
    private var meters: MetersTab
    var counters: CountersTab
    let models = ModelDecisions()
    private var tabs: [String: CustomerTab] = [:]
    private(set) var order: [CustomerTab] = []
    private(set) var keys: [String: ApiKey] = [:]
    /// The key that the request came with. It counts where an event names no other, if it has bounds.
    private let caller: ApiKey?
    private var events: [Accepted] = []
    private var places: [Name: Int] = [:]

    init(
        _ reports: [UsageReport] = [], isImport: Bool = false, by caller: ApiKey.ID? = nil, context: WorkerContext,
        account: ConnectedAccount, tx: Transaction
    ) throws {
        self.context = context
        self.account = account
        self.tx = tx
        now = context.now
        pricing = try UsagePricing(account: account, context: context, in: tx)
        journal = JournalSheet(account.currency, in: tx)
        ahead = try ReadAhead(reports, account: account, journal: journal, in: tx)
        book = try BookTab(account: account, on: journal)
        totals = TotalsTab(account: account, shelf: context.series, tx: tx)
        meters = try MetersTab(account: account, context: context, tx: tx)
        counters = CountersTab(account: account, isImport: isImport, tx: tx, now: context.now)
        self.caller = try caller.flatMap { try tx.apiKeys.find($0, account: account.id) }
        if let bounded = boundedCaller { keys[bounded.id.text] = bounded }
    }

    // MARK: Judging

    /// - Throws: only what concerns the whole batch.
    func judge(_ reports: [CheckedReport]) throws -> [Judgement] {
        var names: Set<Name> = []
        let drafts = try reports.map { report -> Draft in
            guard names.insert(Name(report.report)).inserted else { return .again(report) }
            return try draft(report)
        }
        let candidates = drafts.compactMap { draft in
            if case .candidate(let candidate) = draft { candidate } else { nil }
        }
        try totals.read(ahead: candidates)
        try counters.read(ahead: candidates)
        return try drafts.map { draft in
            switch draft {
            case .judged(let judgement): return judgement
            case .candidate(let candidate): return try letIn(candidate)
            case .again(let report):
                switch try self.draft(report) {
                case .candidate(let candidate): return try letIn(candidate)
                case .judged(let judgement): return judgement
                case .again: throw StorageError(.misuse, detail: "a report was put off twice")
                }
            }
        }
    }

    private func draft(_ checked: CheckedReport) throws -> Draft {
        let report = checked.report
        do {
            if let fault = checked.fault { throw fault }
            let key = try report.key.map(key) ?? boundedCaller
            if let judgement = try known(report, key: key) { return .judged(judgement) }
            if let fault = checked.timeFault { throw fault }
            return .candidate(try candidate(checked, key: key))
        } catch {
            return .judged(try refusal(of: error))
        }
    }

    private func letIn(_ candidate: UsageCandidate) throws -> Judgement {
        do {
            let (report, tab, key) = (candidate.report, candidate.tab, candidate.key)
            // What the meters say depends on the events before it.
            let metered = try meters.adding(
                report, by: tab.customer, key: key, in: tab.zone, at: candidate.time, countedAt: candidate.countedAt,
                takesArchived: report.authorization != nil)
            let rated = try pricing.rate(report, at: candidate.time, by: tab.rating, metered: metered)
            let line = try rated.settled(tab.carries)
            let event = event(candidate, line: line)
            if report.isEnforced { try enforce(event, tab, key: key) }
            try add(event, line, tab, key: key, metered)
        } catch {
            return try refusal(of: error)
        }
        places[Name(candidate.report)] = events.count - 1
        return .accepted(events.count - 1)
    }

    /// - Throws: what concerns the whole batch.
    private func refusal(of error: any Error) throws -> Judgement {
        switch error {
        case let error as WorkerError: return .rejected(error)
        case let error as BillingError:
            return .rejected(.invalid(error.field ?? "cost_micros", error.detail, code: error.code))
        case let error as LedgerError:
            return .rejected(.invalid("cost_micros", "a balance would not fit 64 bits", code: error.code))
        default: throw error
        }
    }

    /// The same event again is a duplicate; another one under the same name is the caller's mistake.
    private func known(_ report: UsageReport, key: ApiKey?) throws -> Judgement? {
        if let place = places[Name(report)] {
            let known = events[place]
            let recorded = RecordedUsage(
                event: known.event, customer: known.tab.customer.externalID,
                givenCost: known.line.rated.cost.givenMicros)
            let then = try counted(report, key, on: known.event)
            if let field = recorded.difference(from: report, key: then) { throw WorkerError.eventDiffers(field) }
            return .repeated(place)
        }
        if ahead.isNew(report) { return nil }
        guard let event = try tx.usage.find(account: account.id, source: report.source, eventID: report.eventID) else {
            return nil
        }
        // Before lines were kept, only costs were reported.
        let line = try tx.usage.line(of: event.id).map(RatedLine.init(json:))
        let recorded = RecordedUsage(
            event: event, customer: try tx.customers.find(event.customer)?.externalID ?? "",
            givenCost: line == nil ? event.costMicros : line?.rated.cost.givenMicros)
        let then = try counted(report, key, on: event)
        if let field = recorded.difference(from: report, key: then) { throw WorkerError.eventDiffers(field) }
        return .known(event)
    }

    /// On which key the report would have counted then. Where it names none it is the same report before and after its
    /// caller was given bounds, lost them or was rotated.
    private func counted(_ report: UsageReport, _ key: ApiKey?, on event: UsageEvent) throws -> String? {
        guard report.key == nil, let caller else { return key?.id.text }
        guard let recorded = event.labels.key else { return nil }
        let other = try tx.apiKeys.find(ApiKey.ID(stored: recorded), account: account.id)
        return other?.countedAs == caller.countedAs ? recorded : key?.id.text
    }

    private func candidate(_ checked: CheckedReport, key: ApiKey?) throws -> UsageCandidate {
        let report = checked.report
        let tab = try tab(of: report, key: key)
        try tab.requireActive()
        let time = report.time ?? now
        return UsageCandidate(checked, key: key, tab: tab, at: time, now: now)
    }

    /// Everything that can be refused is tried before anything is moved.
    /// - Parameter limitsAt: in which periods limits count it, where these are not its own.
    private func add(
        _ event: UsageEvent, _ line: RatedLine, _ tab: CustomerTab, key: ApiKey?, limitsAt: Instant? = nil,
        _ metered: MetersTab.Change
    ) throws {
        let book = try book.adding(event)
        let net = try tab.adding(event)
        let sums = try totals.adding(event, labels: tab.counted(event))
        let counts = try counters.adding(event, tab: tab, key: key, at: limitsAt ?? event.countedAt)
        self.book = book
        tab.take(net, carries: line.carries)
        if line.price.micros < 0 { tab.noteCheaper(line.rated) }
        totals.take(sums)
        meters.take(metered)
        counters.take(counts)
        if tab.events.isEmpty { order.append(tab) }
        tab.events.append(events.count)
        events.append(Accepted(event, line, tab))
    }

    private func event(_ candidate: UsageCandidate, line: RatedLine) -> UsageEvent {
        let report = candidate.report
        var event = UsageEvent(
            id: candidate.id, account: account.id, customer: candidate.tab.customer.id, source: report.source,
            eventID: report.eventID, time: candidate.time, labels: candidate.ownLabels, costMicros: line.cost.micros,
            priceMicros: line.price.micros, markup: line.rated.markup?.percent ?? .zero, metadata: report.metadata,
            receivedAt: now)
        event.quantities = report.quantities
        event.latencyMs = report.latencyMs
        event.authorization = report.authorization?.text
        event.countedAt = candidate.countedAt
        event.isLate = candidate.isLate
        event.countedOrganization = candidate.labels.organization ?? ""
        event.isCeiling = line.rated.cost.isCeiling
        return event
    }

    private var boundedCaller: ApiKey? { caller.flatMap { $0.isBounded ? $0 : nil } }

    /// - Throws: `unknown_key`, also for a key of somebody else; `key_bounded`.
    private func key(_ name: String) throws -> ApiKey {
        if let known = keys[name] { return known }
        let found =
            try ApiKey.ID(name).map { try tx.apiKeys.find($0, account: account.id) }
            ?? tx.apiKeys.find(secretHash: SecretDigest.of(name))
        guard let found, found.scope.account == account.id else {
            throw WorkerError.invalid("key", "the account has no such key", code: "unknown_key")
        }
        if let caller, !caller.mayName(found, isByID: ApiKey.ID(name) != nil) { throw WorkerError.keyBounded }
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
        let (customer, isNew) =
            try ahead.customer(name).map { ($0, false) }
            ?? Customers(context: context).findOrPrepare(name, account: account, in: tx)
        // One customer may be called by two names.
        let tab = try tabs[customer.id.text] ?? tab(of: customer, isNew: isNew)
        tabs[name] = tab
        tabs[customer.id.text] = tab
        return tab
    }

    private func tab(of customer: Customer, isNew: Bool) throws -> CustomerTab {
        try CustomerTab(
            customer, isNew: isNew, pricing: pricing, context: context, ahead: &ahead, journal: journal, in: tx)
    }

    // MARK: Taking back

    /// - Throws: also what is wrong with the one correction, as there are no others.
    func correct(_ original: UsageEvent, named name: String, reason: String) throws {
        guard let customer = try tx.customers.find(original.customer) else { throw WorkerError.notFound("customer") }
        let tab = try tab(of: customer, isNew: false)
        let stored = try tx.usage.line(of: original.id).map(RatedLine.init(json:))
        let rated = try stored?.rated ?? pricing.rated(before: original)
        tab.givenBack = GivenBack(entry: original.entry, product: rated.product, month: rated.period)
        let countedAt = tab.isOpen(at: original.countedAt, now: now) ? original.countedAt : now
        let metered = try meters.takingBack(original, rated, by: customer, countedAt: countedAt)
        let line = try rated.reversal(metered.use, credits: account.terms.creditValues, at: original.time)
            .settled(tab.carries)
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
        event.isCeiling = line.rated.cost.isCeiling
        event.countedAt = countedAt
        event.countedOrganization = tab.counted(original).organization ?? ""
        let key = try original.labels.key.flatMap { try tx.apiKeys.find(ApiKey.ID(stored: $0), account: account.id) }
        // What is taken back of a month that is over leaves the limits of this one as they are.
        try add(event, line, tab, key: key, limitsAt: original.countedAt, metered)
    }

    // MARK: Writing

    /// - Returns: the events in the order in which they were accepted.
    func write() throws -> [UsageEvent] {
        guard !events.isEmpty else { return [] }
        try post()
        guard try tx.usage.insert(events.map { ($0.event, $0.line.json) }) == events.count else {
            throw WorkerError(.unavailable, "event_in_flight", "one of these events is being recorded; send them again")
        }
        try totals.write()
        try meters.write()
        try counters.write()
        try tellOfCrossings()
        for tab in order { try Charging(context: context).markDueAtThreshold(tab.customer, account: account, in: tx) }
        return events.map(\.event)
    }

    /// One entry for each customer, and what it moves besides the books.
    private func post() throws {
        var posted: [(tab: CustomerTab, entry: JournalEntry)] = []
        for tab in order {
            guard let entry = try tab.entry(naming: events[tab.events[0]].event, at: now) else { continue }
            posted.append((tab, entry))
        }
        try tx.carries.set(order.map { ($0.customer.id, $0.carries) }, at: now)
        for ((tab, _), sequence) in zip(posted, try journal.post(posted.map(\.entry))) {
            try tab.write(under: sequence, naming: events[tab.events[0]].event)
            for place in tab.events { events[place].event.entry = sequence }
        }
    }
}

extension RatedCost {
    /// What the caller said that it cost; `nil` where the catalogue did.
    var givenMicros: Int64? { basis == .given ? Int64(exactly: exact.wholeMicros) : nil }
}
