import Billing
import Ledger
import Storage

/// One customer while a request's events are judged: what they owe and have, what rounding has left, and the rules that
/// hold for them.
final class CustomerTab {
    /// What the events of the request come to so far.
    struct Net {
        var price: Money
        var cost: Money
    }

    let customer: Customer
    /// `nil` where none was agreed.
    let plan: Plan?
    let rating: Rating
    /// Days and months of the customer's limits.
    let zone: CivilZone
    /// Whose limits its events count on.
    let limitSubject: String
    private(set) var carries: Carries
    /// Places in the batch.
    var events: [Int] = []
    /// What is given back, should the price come out below zero.
    var givenBack = GivenBack()

    private let account: ConnectedAccount
    private let context: WorkerContext
    private let tx: Transaction
    private let isNew: Bool
    private let graceHours: Int64
    private var wallet: OpenWallet
    private let balanceBefore: Money
    private var net: Net
    private var openSince: Instant?

    /// - Parameter isNew: whether the customer is still to be written.
    init(
        _ customer: Customer, isNew: Bool, pricing: UsagePricing, context: WorkerContext, ahead: inout ReadAhead,
        journal: JournalSheet, in tx: Transaction
    ) throws {
        account = pricing.account
        self.customer = customer
        self.isNew = isNew
        self.context = context
        self.tx = tx
        plan = try ahead.plan(of: customer)
        rating = pricing.rating(on: plan)
        let terms = account.terms.inForce
        zone = customer.zone(of: account)
        limitSubject = LimitCounterID.subject(of: customer.id)
        graceHours = terms.periodGraceHours
        carries = isNew ? .zero : try ahead.carries(of: customer.id)
        let nothing = Money.zero(account.currency)
        net = Net(price: nothing, cost: nothing)
        let owed = LedgerAccount(book: account.book, .accrued, customer: customer.id.text)
        wallet = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).open(
            at: context.now, lots: isNew ? [] : try ahead.lots(of: customer.id),
            accrued: isNew ? nothing : try journal.balance(of: owed))
        balanceBefore = try wallet.balance
    }

    /// With the events of the request so far.
    func walletStanding() throws -> WalletStanding {
        let receivable = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx)
            .receivable()
        return WalletStanding(
            balance: try wallet.balance.micros, accrued: try wallet.accrued.adding(net.price).micros,
            receivable: receivable.micros, held: try tx.heldTotals.meter(of: customer.id)?.heldMicros ?? 0)
    }

    /// What the wallet held, and what it holds now that the request is posted; `nil` where nothing was taken.
    func walletMove() throws -> (before: Int64, after: Int64)? {
        let after = try wallet.balance
        return after.micros < balanceBefore.micros ? (balanceBefore.micros, after.micros) : nil
    }

    /// - Throws: `customer_blocked`.
    func requireActive() throws { try customer.requireActive() }

    /// Where nothing is said of the event's organization, it is the customer's.
    func counted(_ labels: UsageLabels) -> UsageLabels {
        var labels = labels
        labels.organization = labels.organization ?? customer.organization
        return labels
    }

    /// What an event counts under: what it was counted under before, where that is known.
    func counted(_ event: UsageEvent) -> UsageLabels {
        guard let organization = event.countedOrganization else { return counted(event.labels) }
        var labels = event.labels
        labels.organization = organization.isEmpty ? nil : organization
        return labels
    }

    /// Whether the month that holds `time` still takes events.
    func isOpen(at time: Instant, now: Instant) -> Bool {
        if openSince == nil {
            var month = Period(.month, holding: now, in: zone)
            while let before = month.previous(in: zone), before.isOpen(at: now, graceHours: graceHours) {
                month = before
            }
            openSince = month.start
        }
        return openSince.map { $0 <= time } ?? true
    }

    /// When an event counts: when it happened, as long as that month is open, else now.
    func counting(_ time: Instant, now: Instant) -> (at: Instant, isLate: Bool) {
        isOpen(at: time, now: now) ? (time, false) : (now, true)
    }

    /// - Throws: `LedgerError` when what the customer owes or has would not fit; nothing is changed then.
    func adding(_ event: UsageEvent) throws -> Net {
        let price = try net.price.adding(Money(micros: event.priceMicros, account.currency))
        let cost = try net.cost.adding(Money(micros: event.costMicros, account.currency))
        let balance = try wallet.balance
        if price.isPositive {
            _ = try wallet.accrued.adding(price.subtracting(Money.lesser(price, balance)))
        } else {
            _ = try balance.subtracting(price)
        }
        return Net(price: price, cost: cost)
    }

    func take(_ net: Net, carries: Carries) {
        self.net = net
        self.carries = carries
    }

    /// The event has made what was used before cheaper.
    func noteCheaper(_ rated: Rated) {
        (givenBack.product, givenBack.month) = (rated.product, rated.period)
    }

    /// Makes the customer if need be, and pays in memory what their events come to.
    /// - Returns: the entry that says the same, to be posted; `nil` when there is nothing to post.
    func entry(naming first: UsageEvent, at now: Instant) throws -> JournalEntry? {
        if isNew {
            guard try tx.customers.insert(customer) else {
                throw WorkerError(
                    .unavailable, "customer_in_flight", "this customer is being made; send the request again")
            }
        }
        let moved = try move()
        return try BookEntries(book: account.book, at: now).usage(first, count: events.count, moved, cost: net.cost)
    }

    /// Writes what was paid, under the entry that was posted. What was given back pays at once what is owed, and what
    /// has come back after its time expires.
    /// - Parameter first: the event that names the entry.
    func write(under sequence: Int64, naming first: UsageEvent) throws {
        try wallet.write(under: sequence)
        guard net.price.isNegative else { return }
        for charge in wallet.charges { try ChargeClawback(charge, context: context, tx: tx)?.refreshClaims() }
        wallet = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).open(
            at: context.now)
        try wallet.settleAccrued(cause: first.id.text)
        try DebtBlock(context: context, tx: tx).lift(customer.id, in: account.currency)
    }

    /// - Returns: how much of the price the wallet pays, and how much is owed; all below zero where it is given back.
    private func move() throws -> OpenWallet.Split {
        guard net.price.isNegative else { return try wallet.pay(net.price) }
        return try wallet.giveBack(try net.price.negated(), of: givenBack) { .make(context.seams) }.negated()
    }
}
