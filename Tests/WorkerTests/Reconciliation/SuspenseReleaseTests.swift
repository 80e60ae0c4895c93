import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

/// Lines that a Bursar of before had put on suspense, or that came before their fact: whichever comes first, the books
/// hold at Stripe what Stripe holds, once.
@Suite struct SuspenseReleaseTests {
    enum Fact: CaseIterable { case refund, topUpRefund, failedRefund, dispute, wonDispute }
    enum Messenger: CaseIterable { case webhook, sweep }

    /// Books all lines of Stripe's that are not in the books, without asking what is behind them.
    private func bookBlindly(_ house: TestHouse, _ account: ConnectedAccount) async throws -> [BalanceLine] {
        let client = try #require(house.worker.context.stripe).client
        let list = BalanceTransaction.list(limit: 100, expand: BalanceLine.expansion, in: try account.scope())
        let lines = try await client.send(list).data.map { BalanceLine($0) }
        return try await house.database.write { [context = house.worker.context] tx in
            let booking = BalanceBooking(context: context, account: account.id, tx: tx)
            return try lines.filter { try booking.book($0, isListed: true) }
        }
    }

    /// Something has happened at Stripe that nobody has told Bursar of.
    private func happen(_ fact: Fact, _ house: TestHouse, _ account: ConnectedAccount) async throws {
        let ada = try await house.customer("ada", of: account)
        var intent: String?
        if fact == .topUpRefund {
            intent = try await house.paidTopUp(2_000, by: ada, of: account).paymentIntent
        } else {
            intent = try await house.pay(9_000_000, by: ada, of: account).paymentIntent
        }
        try await house.settle()
        try await house.expectReconciled(account, "before anything happens")
        switch fact {
        case .refund, .topUpRefund: try await house.refund(try #require(intent), 300, of: account)
        case .failedRefund:
            let refund = try await house.refund(try #require(intent), 300, of: account)
            try await house.control("/_sandbox/refunds/\(refund)/settle", ["outcome": "failed"])
        case .dispute: _ = try await house.dispute(intent, of: account)
        case .wonDispute: try await house.move(try await house.dispute(intent, of: account), "win")
        }
    }

    @Test(arguments: Fact.allCases, Messenger.allCases)
    func `a refund or a dispute that is told of after its line moves the balance once`(
        fact: Fact, messenger: Messenger
    ) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        try await happen(fact, house, account)
        let blind = try await bookBlindly(house, account)
        #expect(!blind.isEmpty)
        #expect(try await house.booked(.suspense, of: account) != 0 || blind.count > 1)
        switch messenger {
        case .webhook:
            try await house.settle()
        case .sweep:
            _ = await house.intercept()
            try await house.database.write { tx in
                let future = house.clock.now.secondsSince1970 + 9_000
                for stream in [EventSweep.stream, BalanceSweep.stream] {
                    try tx.reconciliations.setPosition(future, of: stream, account: account.id)
                }
            }
            _ = try await house.reconcile()
        }
        try await house.expectReconciled(account, "\(fact) by \(messenger)")
        #expect(
            try await house.database.read { tx in
                try tx.balanceTransactions.suspended(account: account.id, after: "")
            } == nil)
    }

    @Test(arguments: Messenger.allCases)
    func `a payment that is posted after its line moves the balance once`(messenger: Messenger) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        #expect(try await bookBlindly(house, account).count == 1)
        #expect(try await house.booked(.suspense, of: account) == -20_000_000)
        if messenger == .webhook { try await house.settle() } else { _ = await house.intercept() }
        _ = try await house.reconcile()
        #expect(try await house.current(topUp).status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.expectReconciled(account)
    }

    @Test(arguments: [Fact.refund, .failedRefund, .dispute, .wonDispute], [false, true])
    func `what comes back of a payment that is settled in another currency goes through exchange`(
        fact: Fact, isBlind: Bool
    ) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount("jpy")
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(5_000_000_000, by: ada, of: account)
        try await house.settle()
        let intent = try #require(charge.paymentIntent)
        switch fact {
        case .refund, .topUpRefund: try await house.refund(intent, 2_000, of: account)
        case .failedRefund:
            let refund = try await house.refund(intent, 2_000, of: account)
            try await house.control("/_sandbox/refunds/\(refund)/settle", ["outcome": "failed"])
        case .dispute: _ = try await house.dispute(intent, of: account)
        case .wonDispute: try await house.move(try await house.dispute(intent, of: account), "win")
        }
        if isBlind { _ = try await bookBlindly(house, account) }
        try await house.settle()
        let run = try await house.reconcile()
        #expect(try await house.discrepancies(run).map(\.detail) == [] && run.unexplainedMicros == 0)
        #expect(try await house.booked(.stripeBalance, of: account, "jpy") == 0)
        #expect(try await house.booked(.suspense, of: account, "jpy") == 0)
        #expect(try await house.booked(.suspense, of: account, "usd") == 0)
        let client = try #require(house.worker.context.stripe).client
        let lines = try await client.send(BalanceTransaction.list(limit: 100, in: try account.scope())).data
        let net = lines.reduce(0) { $0 + $1.net }
        #expect(lines.allSatisfy { $0.currency == "usd" } && lines.count > 1)
        #expect(try await house.booked(.stripeBalance, of: account, "usd") == net * 10_000)
        try await house.expectSoundBooks()
    }

    @Test func `what Stripe's line has more than the fact stays on suspense, and is told`() async throws {
        var world = try await PlantedWorld(seed: 3)
        let payment = try await world.payment(4_000, of: world.accounts[0])
        world.stripe.add(payment.line)
        world.clock.advance(seconds: 3_600)
        var back = payment.line
        (back.id, back.type, back.amount, back.fee, back.applicationFee) = ("txn_back", "refund", -1_005, 0, 0)
        back.source = """
            {"id": "re_txn_back", "object": "refund", "amount": 1000, "currency": "usd", \
            "payment_intent": "\(payment.intent.id)", "metadata": {}}
            """
        world.stripe.add(back)
        #expect(try await world.reconcile().found.map(\.kind) == [.refund])
        // Only now Stripe tells of the refund itself.
        world.stripe.addRefund(back, of: payment.intent.id, amount: 1_000)
        world.stripe.update { $0.removeAll { $0.id == "txn_back" && !$0.source.contains("re_txn_back") } }
        let (_, found) = try await world.reconcile()
        #expect(found.map(\.kind) == [.amountDiffers] && found.map(\.amount.micros) == [-50_000])
        #expect(try await world.stripeBalance(of: world.accounts[0], payment.charge.currency) == 4_000 - 430 - 1_005)
        #expect(try await world.worker.books.check().findings == [])
    }

    @Test func `a second line of one payment is a second payment`() async throws {
        var world = try await PlantedWorld(seed: 4)
        let payment = try await world.payment(4_000, of: world.accounts[0])
        world.stripe.add(payment.line)
        var twin = payment.line
        twin.id += "_twin"
        world.stripe.add(twin)
        world.clock.advance(seconds: 3_600)
        let found = try await world.reconcile().found
        #expect(found.map(\.kind) == [.secondPayment] && found.map(\.rows.foundMicros) == [40_000_000])
        #expect(try await world.stripeBalance(of: world.accounts[0], payment.charge.currency) == 2 * (4_000 - 430))
    }

    @Test func `a second line of a top-up, or of a refund, is explained by nothing, however often it is told of`()
        async throws
    {
        var world = try await PlantedWorld(seed: 5)
        let account = world.accounts[0]
        let topUp = try await world.topUp(4_000, of: account)
        world.stripe.add(topUp.line)
        world.stripe.add(topUp.intent)
        var back = topUp.line
        (back.id, back.type, back.amount, back.fee) = ("txn_back", "refund", -1_000, 0)
        world.stripe.addRefund(back, of: topUp.intent.id, amount: 1_000)
        world.clock.advance(seconds: 3_600)
        #expect(try await world.reconcile().found == [])
        for line in world.stripe.lines {
            var twin = line
            twin.id += "_twin"
            world.stripe.add(twin)
        }
        for _ in 1...3 {
            let found = try await world.reconcile().found
            #expect(
                Set(found.map { "\($0.kind) \($0.object) \($0.rows.foundMicros ?? 0)" }) == [
                    "secondPayment \(topUp.line.id)_twin 40000000", "refund txn_back_twin -10000000",
                ])
            #expect(try await world.stripeBalance(of: account, account.currency) == 2 * (4_000 - 30 - 1_000))
        }
        #expect(try await world.worker.books.check().findings == [])
    }
}
