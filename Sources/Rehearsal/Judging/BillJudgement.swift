import Ledger
import Storage

/// Whether the customers were billed what the oracle says, no micro more or less.
extension Simulation {
    func judgeBills(_ stripe: StripeFacts) async throws {
        let now = house.clock.workers
        let (bills, events, countedAt) = try await house.database.read { tx in
            (try Bill.all(at: now, in: tx), try Bill.eventsCounted(in: tx), try Bill.countedAt(in: tx))
        }
        guard events == Int64(oracle.events) else {
            throw Breach(
                "usage events are those that were acknowledged", "\(events) stored, \(oracle.events) acknowledged")
        }
        let owed = try oracle.owed(countedAt)
        let given = try await grantsGiven()
        for bill in bills {
            let key = BillOracle.Key(book: bill.book, customer: bill.name)
            guard Int128(bill.rated) == owed[key, default: 0] else {
                throw Breach(
                    "rated lines are the floor of the exact sum",
                    "\(bill.name) of \(bill.book): \(bill.rated), and the oracle says \(owed[key, default: 0])")
            }
            try judge(bill, given: given[key, default: 0], stripe)
            figures.invariants += 4
        }
        figures.usageEvents += oracle.events - oracle.corrections
        figures.corrections += oracle.corrections
    }

    private func judge(_ bill: Bill, given: Int64, _ stripe: StripeFacts) throws {
        let (paid, tookBack) = (stripe.paid(by: bill.customer), stripe.tookBack(of: bill.customer))
        let credit = paid - tookBack + Int128(bill.deducted) + Int128(given) - Int128(bill.expired)
        let left = Int128(bill.accrued) + Int128(bill.pending) + Int128(bill.receivable) - Int128(bill.wallet)
        let who = "\(bill.name) of \(bill.book)"
        guard Int128(bill.rated) - credit == left else {
            throw Breach(
                "what was used is paid, given or owed",
                "\(who): used \(bill.rated), paid \(paid), taken back \(tookBack), deducted of it \(bill.deducted), "
                    + "given \(given), expired \(bill.expired), and owes \(left)")
        }
        guard Int128(bill.receivable) <= stripe.everTaken(of: bill.customer) else {
            throw Breach("a receivable is of what was taken back", "\(who) owes \(bill.receivable)")
        }
        guard bill.spendable == 0 || bill.accrued + bill.receivable == 0 else {
            throw Breach(
                "nobody owes what their wallet can pay",
                "\(who): accrued \(bill.accrued), receivable \(bill.receivable), to be spent \(bill.spendable)")
        }
    }

    private func grantsGiven() async throws -> [BillOracle.Key: Int64] {
        let lots = try await house.database.read { tx in try Bill.grantReasons(in: tx) }
        var given: [BillOracle.Key: Int64] = [:]
        for (reason, grant) in oracle.grants {
            switch (lots[reason, default: 0], grant.isAcknowledged) {
            case (0, true): throw Breach("what was acknowledged is there", "\(reason) is not")
            case (0, false): break
            case (1, true): given[grant.key, default: 0] += grant.micros
            case (1, false): throw Breach("what was refused is not there", "\(reason) is")
            case (let count, _): throw Breach("credit is given once", "\(reason) was given \(count) times")
            }
        }
        return given
    }
}
