import Billing
import Ledger
import Storage
import StripeSandbox
import Worker

/// What must hold when the year is over and everything has come to rest.
extension Simulation {
    func judgeTheYear() async throws {
        try await judgeReconciliation()
        try await checkBooks()
        let longAgo = house.clock.workers.adding(seconds: -6 * 86_400)
        let rest = try await house.database.read { tx in try Rest(startedBefore: longAgo, in: tx) }
        try rest.judge(at: house.clock.workers)
        try await judgePayments()
        try await judgeBills()
    }

    private func judgeReconciliation() async throws {
        let result = try await reconcile()
        let worker = house.worker
        let found = try await house.database.read { tx in
            try worker.reconciliation.discrepancies(of: result.record.id, limit: 5, in: tx)
        }
        figures.invariants += Int(result.summary.accounts)
        if let first = found.first {
            throw Breach(
                "unexplained micros: 0", "\(found.count) discrepancies; \(first.kind) \(first.object): \(first.detail)")
        }
        guard result.unexplained.isEmpty else { throw Breach("unexplained micros: 0", "\(result.unexplained)") }
        if let unchecked = result.notChecked.first {
            throw Breach("every account is compared", "\(unchecked.account): \(unchecked.reason)")
        }
    }

    // MARK: Stripe's payments and our entries

    private func judgePayments() async throws {
        let facts = await house.sandbox.paymentFacts()
        let ours = facts.filter { $0.metadata["bursar_charge"] != nil || $0.metadata["bursar_top_up"] != nil }
        var names: Set<String> = []
        for fact in ours {
            let name = fact.metadata["bursar_charge"] ?? fact.metadata["bursar_top_up"] ?? ""
            guard names.insert(name).inserted else {
                throw Breach(
                    "one charge, one payment", "\(name) was paid twice, the second time by \(fact.paymentIntent)")
            }
        }
        let entries = try await house.database.read { tx in try PaymentEntry.all(in: tx) }
        let posted = Dictionary(grouping: entries, by: \.paymentIntent)
        for fact in ours {
            guard let found = posted[fact.paymentIntent], found.count == 1 else {
                throw Breach(
                    "every payment at Stripe is one entry",
                    "\(fact.paymentIntent) has \(posted[fact.paymentIntent]?.count ?? 0)")
            }
        }
        let known = Set(ours.map(\.paymentIntent))
        if let invented = posted.keys.filter({ !known.contains($0) }).sorted().first {
            throw Breach("every entry of a payment is at Stripe", "\(invented) is not")
        }
        figures.payments += ours.count
        figures.invariants += ours.count * 2
    }

    // MARK: What customers must have been billed

    private func judgeBills() async throws {
        let bills = try await house.database.read { tx in try Bill.all(in: tx) }
        let events = try await house.database.read { tx in try Bill.eventsCounted(in: tx) }
        guard events == Int64(oracle.events) else {
            throw Breach(
                "usage events are those that were acknowledged", "\(events) stored, \(oracle.events) acknowledged")
        }
        let facts = await house.sandbox.paymentFacts()
        let owed = oracle.owed
        let given = try await grantsGiven()
        for bill in bills {
            let key = BillOracle.Key(book: bill.book, customer: bill.name)
            guard Int128(bill.rated) == owed[key, default: 0] else {
                throw Breach(
                    "rated lines are the floor of the exact sum",
                    "\(bill.name) of \(bill.book): \(bill.rated), and the oracle says \(owed[key, default: 0])")
            }
            let paid = try facts.filter { $0.metadata["bursar_customer"] == bill.customer }.reduce(0 as Int128) {
                sum, fact in
                let money = try house.worker.context.currencies.money(
                    minor: fact.amount, try Self.currency(fact.currency))
                return sum + Int128(money.micros)
            }
            let credit = paid + Int128(given[key, default: 0]) - Int128(bill.expired)
            let left = Int128(bill.accrued) + Int128(bill.pending) - Int128(bill.wallet)
            guard Int128(bill.rated) - credit == left else {
                throw Breach(
                    "what was used is paid, given or owed",
                    "\(bill.name) of \(bill.book): used \(bill.rated), paid \(paid), given \(given[key, default: 0]), "
                        + "expired \(bill.expired), and owes \(left)")
            }
            figures.invariants += 2
        }
        figures.usageEvents += oracle.events
    }

    private func grantsGiven() async throws -> [BillOracle.Key: Int64] {
        let lots = try await house.database.read { tx in try Bill.grantReasons(in: tx) }
        var given: [BillOracle.Key: Int64] = [:]
        for (reason, grant) in oracle.grants {
            switch lots[reason, default: 0] {
            case 0 where grant.isAcknowledged:
                throw Breach("what was acknowledged is there", "\(reason) is not")
            case 0: break
            case 1: given[grant.key, default: 0] += grant.micros
            case let count: throw Breach("credit is given once", "\(reason) was given \(count) times")
            }
        }
        return given
    }

    private static func currency(_ code: String) throws -> Currency {
        guard let currency = Currency(code) else { throw Breach("only known errors", "no currency \(code)") }
        return currency
    }
}
