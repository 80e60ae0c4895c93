public import Billing
public import Ledger
public import Storage

/// What a caller reports: one act of a customer, with what it cost.
public struct UsageReport: Hashable, Sendable {
    public var eventID: String
    /// Who reports; an event id is unique within its source.
    public var source: String
    /// The customer's external id; the customer is made on first use.
    public var customer: String
    /// When it happened; now, when the caller does not say.
    public var time: Instant?
    public var costMicros: Int64
    public var model: String?
    public var metadata: [String: String]

    public init(
        eventID: String, source: String = UsageReport.defaultSource, customer: String, time: Instant? = nil,
        costMicros: Int64, model: String? = nil, metadata: [String: String] = [:]
    ) {
        self.eventID = eventID
        self.source = source
        self.customer = customer
        self.time = time
        self.costMicros = costMicros
        self.model = model
        self.metadata = metadata
    }

    public static let defaultSource = "api"
}

/// What became of one report. Each is judged by itself: one that is wrong takes nothing from the others.
public enum UsageVerdict: Sendable {
    case accepted(UsageEvent)
    /// The account has that event of that source already, the same to the letter.
    case duplicate(UsageEvent)
    case rejected(WorkerError)
}

/// Usage comes in, is priced, and is in the books in the same commit.
public struct Metering: Sendable {
    let context: WorkerContext

    public static let batchLimit = 1_000
    /// Reports may lie so far ahead of our clock, and so far back.
    static let futureSeconds: Int64 = 24 * 3600
    static let pastSeconds: Int64 = 400 * 24 * 3600
    /// A billion of the major unit: one wrong report must not fill a book's 64 bits, which nothing could empty again.
    static let costLimit: Int64 = 1_000_000_000_000_000

    /// - Throws: only what concerns the whole batch; a fault of one report is its verdict.
    public func record(
        _ reports: [UsageReport], account: ConnectedAccount, in tx: Transaction
    ) throws -> [UsageVerdict] {
        guard (1...Self.batchLimit).contains(reports.count) else {
            throw WorkerError.invalid("", "send 1 to \(Self.batchLimit) events at a time", code: "batch_size")
        }
        return try reports.map { report in
            do {
                return try record(report, account: account, in: tx)
            } catch let error as WorkerError {
                return .rejected(error)
            } catch let error as BillingError {
                return .rejected(.invalid("cost_micros", error.detail, code: error.code))
            } catch let error as LedgerError {
                return .rejected(
                    .invalid("cost_micros", "the customer's balance would not fit 64 bits", code: error.code))
            }
        }
    }

    /// Events of one customer, newest first.
    public func list(
        customer: Customer, after: UsageEvent.ID?, limit: Int, in tx: Transaction
    ) throws -> [UsageEvent] {
        try tx.usage.list(customer: customer.id, after: after, limit: limit)
    }

    private func record(_ report: UsageReport, account: ConnectedAccount, in tx: Transaction) throws -> UsageVerdict {
        let now = context.now
        try check(report, at: now)
        if let known = try tx.usage.find(account: account.id, source: report.source, eventID: report.eventID) {
            return try compare(report, with: known, in: tx)
        }
        var customer = try Customers(context: context).getOrMake(report.customer, account: account, in: tx)
        try customer.requireActive()
        let price = try UsagePrice(costMicros: report.costMicros, markup: account.markup, carry: customer.priceCarry)
        let event = UsageEvent(
            id: .make(context.seams), account: account.id, customer: customer.id, source: report.source,
            eventID: report.eventID, time: report.time ?? now, costMicros: report.costMicros,
            priceMicros: price.micros, markup: account.markup, model: report.model, metadata: report.metadata,
            receivedAt: now)
        var wallet = try Wallet(customer: customer, currency: account.currency, tx: tx).open(at: now)
        let sums = try plannedSums(event, &wallet, currency: account.currency, in: tx)
        guard try tx.usage.insert(event) else {
            throw WorkerError(.unavailable, "event_in_flight", "this event is being recorded; send it again")
        }
        let entries = BookEntries(book: account.book, at: now)
        if let entry = try entries.usage(event, fromWallet: sums.fromWallet, accrued: sums.accrued, cost: sums.cost) {
            if let sequence = try tx.journal.post(entry) { try wallet.write(under: sequence) }
        }
        customer.priceCarry = price.carry
        try tx.customers.update(customer)
        try Charging(context: context).markDueAtThreshold(customer, account: account, in: tx)
        return .accepted(event)
    }

    /// How the price is split, checked to fit before anything is written, so that a refused report leaves no trace.
    private func plannedSums(
        _ event: UsageEvent, _ wallet: inout OpenWallet, currency: Currency, in tx: Transaction
    ) throws -> (fromWallet: Money, accrued: Money, cost: Money) {
        let price = Money(micros: event.priceMicros, currency)
        let cost = Money(micros: event.costMicros, currency)
        for kind in [LedgerAccount.Kind.revenue, .providerPayable] {
            let balance = try tx.journal.balance(of: LedgerAccount(book: event.account.text, kind), currency)
            _ = try balance.subtracting(kind == .revenue ? price : cost)
        }
        let spent = try tx.journal.balance(of: LedgerAccount(book: event.account.text, .providerCost), currency)
        _ = try spent.adding(cost)
        let split = try wallet.pay(price)
        return (split.wallet, split.accrued, cost)
    }

    /// The same event again is a duplicate; another one under the same name is the caller's mistake.
    private func compare(_ report: UsageReport, with known: UsageEvent, in tx: Transaction) throws -> UsageVerdict {
        let customer = try tx.customers.find(known.customer)
        let difference: String? =
            if customer?.externalID != report.customer, customer?.id.text != report.customer {
                "customer"
            } else if known.costMicros != report.costMicros {
                "cost_micros"
            } else if known.model != report.model { "model" } else if known.metadata != report.metadata {
                "metadata"
            } else if let time = report.time, time != known.time { "time" } else { nil }
        guard let difference else { return .duplicate(known) }
        throw WorkerError(
            .conflict, "event_differs", "an event with this id and source is here already, with another \(difference)",
            field: difference)
    }

    private func check(_ report: UsageReport, at now: Instant) throws(WorkerError) {
        try FieldCheck.name("id", report.eventID, 1...200)
        try FieldCheck.name("source", report.source, 1...200)
        try FieldCheck.name("customer", report.customer, 1...200)
        if let model = report.model { try FieldCheck.text("model", model, 1...200) }
        try FieldCheck.metadata(report.metadata)
        guard report.costMicros >= 0 else {
            throw .invalid("cost_micros", "cost_micros must be zero or more", code: "negative_cost")
        }
        guard report.costMicros <= Self.costLimit else {
            throw .invalid("cost_micros", "cost_micros must be at most \(Self.costLimit)", code: "cost_too_large")
        }
        guard let time = report.time else { return }
        guard time <= now.adding(seconds: Self.futureSeconds) else {
            throw .invalid("time", "time lies more than a day in the future", code: "time_in_future")
        }
        guard time >= now.adding(seconds: -Self.pastSeconds) else {
            throw .invalid("time", "time lies more than 400 days in the past", code: "time_too_old")
        }
    }
}
