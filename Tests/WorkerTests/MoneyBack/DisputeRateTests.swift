import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

/// Disputes of payments that are settled in another currency, at a rate that moves between their movements.
@Suite struct DisputeRateTests {
    /// A customer who has paid 100 EUR ahead, to a merchant who settles in USD.
    private func shop() async throws -> (TestHouse, ConnectedAccount, TopUp) {
        let house = try await TestHouse()
        let account = try await house.platformAccount("eur")
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(10_000, by: ada, of: account)
        #expect(topUp.status == .paid)
        return (house, account, topUp)
    }

    private func rate(_ perMille: Int, _ house: TestHouse) async throws {
        try await house.control("/_sandbox/rates", ["currency": "eur", "per_mille": "\(perMille)"])
    }

    private func expectAllBack(_ house: TestHouse, _ account: ConnectedAccount, _ topUp: TopUp) async throws {
        let lots = try await house.database.read { tx in try tx.wallets.list(of: topUp.customer, after: nil, limit: 9) }
        #expect(lots.map(\.lot.remainingMicros) == [100_000_000], "the lot of the top-up, and no other")
        let run = try await house.reconcile()
        #expect(try await house.discrepancies(run).map(\.detail) == [] && run.unexplainedMicros == 0)
        #expect(try await house.booked(.stripeBalance, of: account, "eur") == 0)
        let client = try #require(house.worker.context.stripe).client
        let lines = try await client.send(BalanceTransaction.list(limit: 100, in: try account.scope())).data
        #expect(lines.allSatisfy { $0.currency == "usd" })
        #expect(
            try await house.booked(.stripeBalance, of: account, "usd") == lines.reduce(0) { $0 + $1.net } * 10_000)
        try await house.expectSoundBooks()
    }

    @Test(arguments: [1_000, 1_030, 970, 1_400], [false, true])
    func `what is won comes back whole, whatever the rate is by then`(perMille: Int, isToldAtOnce: Bool) async throws {
        let (house, account, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        if !isToldAtOnce { try await house.settle() }
        try await rate(perMille, house)
        try await house.move(dispute, "win")
        try await house.settle()
        #expect(try await house.dispute(dispute).withdrawn == 0)
        try await expectAllBack(house, account, topUp)
    }

    @Test(arguments: [false, true])
    func `what is lost, won and lost again in appeal is taken whole each time`(isToldAtOnce: Bool) async throws {
        let (house, account, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        for (perMille, action, withdrawn) in [
            (1_050, "win", 0), (940, "withdraw_funds", 10_000), (1_110, "lose", 10_000), (880, "win", 0),
        ] as [(Int, String, Int64)] {
            try await rate(perMille, house)
            try await house.move(dispute, action)
            guard !isToldAtOnce else { continue }
            try await house.settle()
            #expect(try await house.dispute(dispute).withdrawn == withdrawn, "\(action) at \(perMille)")
        }
        try await house.settle()
        try await expectAllBack(house, account, topUp)
    }

    @Test(arguments: [1_030, 970])
    func `a refund that fails gives back what it took, whatever the rate is by then`(perMille: Int) async throws {
        let (house, account, topUp) = try await shop()
        let refund = try await house.refund(try #require(topUp.paymentIntent), 10_000, of: account)
        try await house.settle()
        try await rate(perMille, house)
        try await house.control("/_sandbox/refunds/\(refund)/settle", ["outcome": "failed"])
        try await house.settle()
        try await expectAllBack(house, account, topUp)
    }
}
