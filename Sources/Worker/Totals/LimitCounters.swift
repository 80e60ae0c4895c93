public import Billing
public import Ledger
public import Storage

/// Whose limits are counted, and in which days and months.
public struct LimitSubject: Sendable {
    /// `account:bacc_…`, `customer:bcus_…` or `key:bkey_…`.
    public let name: String
    public let zone: CivilZone

    public init(account: ConnectedAccount) {
        name = LimitCounterID.subject(of: account.id)
        zone = account.zone
    }

    /// A customer's days and months are those of their own time zone, else of the account's.
    public init(customer: Customer, account: ConnectedAccount) {
        name = LimitCounterID.subject(of: customer.id)
        zone = customer.zone(of: account)
    }

    /// A key's counter is one for ever, shared by the whole chain of its rotations.
    public init(key: ApiKey) {
        name = key.limitSubject
        zone = .utc
    }

    /// The counter of the period that holds this moment.
    public func counter(_ period: PeriodKind, at moment: Instant) -> LimitCounterID {
        LimitCounterID(subject: name, Period(period, holding: moment, in: zone))
    }
}

/// What was used and is held of all that can be limited: read for checks, written with the usage.
public struct LimitCounters: Sendable {
    let context: WorkerContext

    /// What is used and held now.
    public func get(_ subject: LimitSubject, _ period: PeriodKind, in tx: Transaction) throws -> LimitCounter {
        try tx.limitCounters.get(subject.counter(period, at: context.now))
    }

    /// Counts a customer's day and month anew from the totals: to be called, in the same commit, when the customer's
    /// plan or time zone or the account's time zone has changed. What is held stays where it is held.
    public func recount(_ customer: Customer, account: ConnectedAccount, in tx: Transaction) throws {
        let subject = LimitSubject(customer: customer, account: account)
        try recount(subject, of: customer.id, account: account, in: tx)
    }

    /// As for a customer, when the account's time zone has changed, with all its customers.
    func recount(_ account: ConnectedAccount, in tx: Transaction) throws {
        try recount(LimitSubject(account: account), of: nil, account: account, in: tx)
        var last: Customer.ID?
        repeat {
            let page = try tx.customers.list(CustomerFilter(account: account.id), after: last, limit: 100)
            for customer in page { try recount(customer, account: account, in: tx) }
            last = page.last?.id
        } while last != nil
    }

    private func recount(
        _ subject: LimitSubject, of customer: Customer.ID?, account: ConnectedAccount, in tx: Transaction
    ) throws {
        let filters = customer.map { [UsageDimension.customer: $0.text] } ?? [:]
        let question = UsageTotalsQuestion(account: account.id, filters: filters, groupedBy: [], isByStart: false)
        for period in [PeriodKind.day, .month].map({ Period($0, holding: context.now, in: subject.zone) }) {
            let id = LimitCounterID(subject: subject.name, period)
            var used = LimitAmounts.zero
            let stretch = UsageTotalsStretch(span: .quarter, from: period.start, to: period.end)
            try tx.usageTotals.forEach(question, in: stretch) { _, figures in used = try LimitAmounts(figures) }
            // Totals hold what was taken back of periods that are over when it was taken back; limits do not.
            for event in try tx.usage.lateCorrections(account: account.id, customer: customer, in: period) {
                used = try used.subtracting(LimitAmounts(event))
            }
            try tx.limitCounters.setUsed(used, of: id, before: try tx.limitCounters.get(id).used)
        }
    }
}

extension LimitAmounts {
    /// A fraction of a token counts as a whole one.
    fileprivate init(_ figures: UsageFigures<Int128>) throws {
        func narrow(_ number: Int128) throws -> Int64 {
            guard let narrow = Int64(exactly: number) else { throw LedgerError.overflow("counting") }
            return narrow
        }
        let tokens = (figures.tokens.reduce(0, +) + 999_999) / 1_000_000
        self.init(
            requests: try narrow(figures.requests), tokens: try narrow(tokens),
            costMicros: try narrow(figures.costMicros), spendMicros: try narrow(figures.priceMicros))
    }
}

extension Customer {
    /// In which days and months the customer's usage is counted.
    func zone(of account: ConnectedAccount) -> CivilZone { timeZone.flatMap { CivilZone($0) } ?? account.zone }
}
