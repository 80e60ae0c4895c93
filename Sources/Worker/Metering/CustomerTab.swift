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
    private(set) var carries: Carries
    /// Places in the batch.
    var events: [Int] = []
    /// The entry that is taken back.
    var corrects: Int64?

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
        _ customer: Customer, isNew: Bool, pricing: UsagePricing, context: WorkerContext, in tx: Transaction
    ) throws {
        account = pricing.account
        self.customer = customer
        self.isNew = isNew
        self.context = context
        self.tx = tx
        plan = try Party.plan(of: customer, in: tx)
        rating = pricing.rating(on: plan)
        let terms = account.terms.inForce
        zone = customer.zone(of: account)
        graceHours = terms.periodGraceHours
        carries = isNew ? .zero : try tx.carries.get(customer.id)
        let nothing = Money.zero(account.currency)
        net = Net(price: nothing, cost: nothing)
        wallet = try Wallet(customer: customer, currency: account.currency, tx: tx).open(at: context.now)
        balanceBefore = try wallet.balance
    }

    /// With the events of the request so far.
    func walletStanding() throws -> WalletStanding {
        WalletStanding(
            balance: try wallet.balance.micros, accrued: try wallet.accrued.adding(net.price).micros,
            held: try tx.heldTotals.meter(of: customer.id)?.heldMicros ?? 0)
    }

    /// What the wallet held, and what it holds now that the request is posted; `nil` where nothing was taken.
    func walletMove() throws -> (before: Int64, after: Int64)? {
        let after = try wallet.balance
        return after.micros < balanceBefore.micros ? (balanceBefore.micros, after.micros) : nil
    }

    /// - Throws: `customer_blocked`.
    func requireActive() throws { try customer.requireActive() }

    /// Where nothing is said of the event's organization, it is the customer's.
    func labels(of event: UsageEvent) -> UsageLabels {
        var labels = event.labels
        labels.organization = labels.organization ?? customer.organization
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

    /// Makes the customer if need be, and posts what their events come to.
    /// - Returns: the sequence of the entry; `nil` when there was nothing to post.
    func post(naming first: UsageEvent, at now: Instant) throws -> Int64? {
        if isNew {
            guard try tx.customers.insert(customer) else {
                throw WorkerError(
                    .unavailable, "customer_in_flight", "this customer is being made; send the request again")
            }
        }
        let moved = try move()
        let entries = BookEntries(book: account.book, at: now)
        let entry = try entries.usage(
            first, count: events.count, fromWallet: moved.wallet, accrued: moved.accrued, cost: net.cost)
        try tx.carries.set(carries, of: customer.id, at: now)
        guard let entry, let sequence = try tx.journal.post(entry) else { return nil }
        try wallet.write(under: sequence)
        return sequence
    }

    /// - Returns: how much of the price the wallet pays, and how much is owed; both below zero where it is given back.
    private func move() throws -> OpenWallet.Split {
        guard net.price.isNegative else { return try wallet.pay(net.price) }
        let split = try wallet.giveBack(
            try net.price.negated(), takenBy: corrects, orElse: .make(context.seams))
        return OpenWallet.Split(wallet: try split.wallet.negated(), accrued: try split.accrued.negated())
    }
}
