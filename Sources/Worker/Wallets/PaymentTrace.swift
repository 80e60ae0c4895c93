import Billing
import Ledger
import Storage

/// What a price is given back for.
struct GivenBack: Hashable {
    /// The journal entry that had taken it; `nil` for usage that made what was used before cheaper.
    var entry: Int64?
    /// The slug of the product that makes the price, and its month as lines name it.
    var product: String?
    var month: String?
}

/// Finds what has paid for usage that is taken back, or has become cheaper: each gets back its own, so that credit that
/// was given away never comes back as credit that was paid, nor outlives its time, and money that has gone back already
/// is not given back again.
///
/// First the lots that the entry was paid from get it back; then what can be of the entry is owed no more; then whoever
/// has paid what was owed since gets it back, the first one first, as debts are paid in their order. A price below zero
/// has no entry of its own: it lowers what is owed, and goes back to the lots that paid for the product's month, what
/// was paid last first. What then is left goes the same ways wherever they lead, and what nothing has paid is a gift.
struct PaymentTrace {
    struct Findings {
        /// What is owed no more.
        var owed: Int64 = 0
        var debits: [(debit: WalletStore.Debit, micros: Int64)] = []
        var settlings: [Returned] = []
        /// What no lot has paid, and becomes one.
        var made: [Made] = []

        /// What money that had gone back of charges stands for, so much of it on one account.
        func sum(of account: KeyPath<Settling.Deductions, Int64>) -> Int64 {
            settlings.reduce(0) { $0 + $1.settling.deductions[keyPath: account] - $1.deductions[keyPath: account] }
        }

        /// The charges that what was given back belongs to, those apart that have not paid yet.
        var charges: Set<Charge.ID> {
            Set(made.filter { !$0.isAwaited }.compactMap(\.charge) + debits.compactMap(\.debit.lot.charge))
        }
    }

    struct Returned {
        let settling: Settling
        let micros: Int64
        /// As they stand when that is given back.
        let deductions: Settling.Deductions
    }

    struct Made {
        let micros: Int64
        let kind: WalletLot.Kind
        /// What has paid it.
        var charge: Charge.ID?
        /// Whether the charge is to pay it yet; until then nobody can spend it.
        var isAwaited = false

        var reason: String {
            guard let charge else { return "given back; nothing shows that it was paid" }
            return isAwaited ? "given back; charge \(charge) is to pay it first" : Made.paid(by: charge)
        }

        static func paid(by charge: Charge.ID) -> String { "given back; charge \(charge) had paid it" }
    }

    /// As many rows of what was settled, and of the newest events, are read at a time, until all is given back; and so
    /// many in the end, as nobody else can write meanwhile. Of what lies further back nothing is found: it comes back
    /// as a gift without an end.
    static let rowsPerPage = 200
    static let mostRows = 20_000

    private let customer: Customer.ID
    private let tx: Transaction
    private var found = Findings()
    private var left: Int64
    private var owed: Int64
    /// What lots hold, where that is not what their rows say.
    private var held: [WalletLot.ID: Int64]
    private var seen: Set<Int64> = []

    /// - Parameters:
    ///   - micros: what is given back; not negative.
    ///   - owed: what has accrued.
    ///   - lots: as they stand in memory.
    init(_ wallet: Wallet, givingBack micros: Int64, owed: Int64, lots: [WalletLot]) {
        customer = wallet.customer.id
        tx = wallet.tx
        left = micros
        self.owed = owed
        held = Dictionary(uniqueKeysWithValues: lots.map { ($0.id, $0.remainingMicros) })
    }

    mutating func follow(_ what: GivenBack) throws -> Findings {
        let (tx, customer) = (tx, customer)
        if let entry = what.entry {
            try giveBackLots(of: entry, upTo: left)
            if left > 0 { lowerOwed(by: try tx.settlings.leastLeft(of: customer, after: entry) ?? owed) }
            try giveBack(from: entry) { try tx.settlings.unreturned(of: customer, after: $0, limit: $1) }
        } else {
            lowerOwed(by: owed)
        }
        if what.product != nil { try giveBackRecent(what, ofMonth: true) }
        lowerOwed(by: owed)
        try giveBack(from: what.entry ?? .max) {
            try tx.settlings.unreturned(of: customer, before: $0, limit: $1)
        }
        try giveBackRecent(what, ofMonth: false)
        if left > 0 { found.made.append(Made(micros: left, kind: .promotional)) }
        return found
    }

    private mutating func lowerOwed(by most: Int64) {
        let part = min(left, owed, max(0, most))
        found.owed += part
        owed -= part
        left -= part
    }

    // MARK: Lots

    /// Gives back to the lots that paid for the newest events, only to those of the product's month where that is said.
    private mutating func giveBackRecent(_ what: GivenBack, ofMonth: Bool) throws {
        var (before, read): (UsageEvent.ID?, Int) = (nil, 0)
        while left > 0, read < Self.mostRows {
            let page = try tx.wallets.recentlyDebited(
                of: customer, before: before, product: what.product, month: what.month, limit: Self.rowsPerPage)
            for entry in page.entries where left > 0 && (entry.isOfMonth || !ofMonth) {
                try giveBackLots(of: entry.entry, upTo: left)
            }
            guard let last = page.last else { return }
            (before, read) = (last, read + Self.rowsPerPage)
        }
    }

    /// The lot that was spent last gets its own back first.
    /// - Returns: how much went back.
    @discardableResult
    private mutating func giveBackLots(of entry: Int64, upTo most: Int64) throws -> Int64 {
        guard most > 0, seen.insert(entry).inserted else { return 0 }
        var rest = most
        let debits = try tx.wallets.unreturned(of: entry)
        for debit in debits.sorted(by: { WalletLot.isSpentBefore($1.lot.lot, $0.lot.lot) }) {
            let holds = held[debit.lot.lot.id] ?? debit.lot.lot.remainingMicros
            let part = min(rest, debit.micros, max(0, try room(in: debit.lot)) - holds)
            guard part > 0 else { continue }
            held[debit.lot.lot.id] = holds + part
            found.debits.append((debit, part))
            rest -= part
        }
        left -= most - rest
        return most - rest
    }

    /// Money that has gone back of a payment is no credit any more; what pays for it in its stead gets its own back.
    private func room(in stored: StoredLot) throws -> Int64 {
        if let charge = stored.charge { return try room(in: stored, madeOf: charge) }
        guard let id = stored.topUp, let topUp = try tx.topUps.find(id), topUp.amount > 0 else {
            return stored.amountMicros
        }
        let refunded = topUp.refunded - (try tx.refunds.underWay(of: .topUp(id)))
        let minor = try tx.disputes.of(.topUp(id)).reduce(Int128(refunded)) { $0 + Int128($1.withdrawn) }
        return Int64(clamping: Int128(stored.amountMicros) - minor * Int128(stored.amountMicros / topUp.amount))
    }

    /// What corrections have made of a charge may lie in several lots, and what went back of it is missing in any.
    private func room(in stored: StoredLot, madeOf charge: Charge.ID) throws -> Int64 {
        let lots = try tx.wallets.made(of: charge)
        let taken = try tx.settlings.find(charge)?.deductions.taken ?? 0
        let whole = lots.reduce(-Int128(taken)) { $0 + Int128($1.amountMicros) }
        let others = lots.filter { $0.lot.id != stored.lot.id }.reduce(Int128(0)) {
            $0 + Int128(held[$1.lot.id] ?? $1.lot.remainingMicros)
        }
        return Int64(clamping: min(Int128(stored.amountMicros), whole - others))
    }

    // MARK: What was settled

    /// - Parameter page: the next of them from an entry on, that one apart.
    private mutating func giveBack(
        from entry: Int64, _ page: (_ from: Int64, _ limit: Int) throws -> [Settling]
    ) throws {
        var (from, read) = (entry, 0)
        while left > 0, read < Self.mostRows {
            let settlings = try page(from, Self.rowsPerPage)
            try giveBack(settlings)
            read += settlings.count
            guard settlings.count == Self.rowsPerPage, let last = settlings.last else { return }
            from = last.entry
        }
    }

    private mutating func giveBack(_ settlings: [Settling]) throws {
        for settling in settlings where left > 0 {
            let most = min(left, settling.unreturnedMicros)
            if let id = settling.charge {
                try giveBack(settling, chargedBy: id, upTo: most)
                continue
            }
            let part = try giveBackLots(of: settling.entry, upTo: most)
            if part > 0 {
                found.settlings.append(Returned(settling: settling, micros: part, deductions: settling.deductions))
            }
        }
    }

    /// What a charge has brought is paid credit; but first, what has gone back of its money since is not given again,
    /// and what it had deducted from revenue is as little revenue now as the usage is.
    private mutating func giveBack(_ settling: Settling, chargedBy id: Charge.ID, upTo most: Int64) throws {
        guard let charge = try tx.charges.find(id) else { return }
        var after = settling.deductions
        if charge.status == .paid {
            let ofRefunds = min(most, after.refunds)
            let ofChargebacks = min(most - ofRefunds, after.chargebacks)
            after.refunds -= ofRefunds
            after.chargebacks -= ofChargebacks
            let part = most - ofRefunds - ofChargebacks
            if part > 0 { found.made.append(Made(micros: part, kind: .paid, charge: id)) }
        } else {
            found.made.append(Made(micros: most, kind: .promotional, charge: id, isAwaited: true))
        }
        left -= most
        found.settlings.append(Returned(settling: settling, micros: most, deductions: after))
    }
}
