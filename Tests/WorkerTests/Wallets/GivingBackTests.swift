import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct GivingBackTests {
    @Test(arguments: Seeds.upTo(30))
    func `credit that was given never becomes credit that was paid, and never outlives its time`(seed: UInt64)
        async throws
    {
        var life = try await CreditLife(seed: seed)
        for step in 0..<60 {
            try await life.live()
            try await life.check("seed \(seed), step \(step)")
        }
        try await life.checkEnd("seed \(seed)")
    }

    @Test(arguments: Seeds.upTo(30))
    func `over any history of corrections, refunds and disputes, nobody gets the same money twice`(seed: UInt64)
        async throws
    {
        var life = try await CreditLife(seed: seed, hasMoneyBack: true)
        for step in 0..<70 {
            try await life.live()
            try await life.check("seed \(seed), step \(step)")
        }
        try await life.checkEnd("seed \(seed)")
    }

    // MARK: A correction

    @Test func `given credit that has paid what had accrued comes back as what it was, and not after its time`()
        async throws
    {
        let shop = try await MeterHouse()
        _ = try await shop.record([UsageReport.of(nil, "1").costing(10)])
        try await shop.grant(10, .promotional, forSeconds: 100)
        #expect(try await shop.lots() == ["promotional 0 of 10"])
        shop.house.clock.advance(seconds: 50)
        _ = try await shop.correct(try await shop.events()[0].id)
        #expect(try await shop.lots() == ["promotional 10 of 10"])
        shop.house.clock.advance(seconds: 50)
        while try await shop.house.worker.walletExpiry.step() {}
        #expect(try await shop.lots() == ["promotional 0 of 10"])
        try await shop.house.expectSoundBooks()
    }

    @Test func `what comes back after its time expires in the same commit`() async throws {
        let shop = try await MeterHouse()
        _ = try await shop.record([UsageReport.of(nil, "1").costing(10)])
        try await shop.grant(10, .promotional, forSeconds: 100)
        shop.house.clock.advance(seconds: 101)
        _ = try await shop.correct(try await shop.events()[0].id)
        #expect(try await shop.lots() == ["promotional 0 of 10"])
        try await shop.house.expectSoundBooks()
    }

    @Test func `what a card has paid comes back as paid credit, and once`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let (shop, ada) = (MeterHouse(house: house, of: account.id), try await house.customer("ada", of: account))
        for id in ["1", "2"] { try await house.use(5_000_000, by: "ada", of: account, id: id) }
        let charge = try await house.charge(ada, of: account)
        let events = try await shop.events()
        // While nobody knows whether it will be paid, nobody can spend it.
        _ = try await shop.correct(events[0].id)
        #expect(try await shop.lots() == ["promotional 5000000 of 5000000"])
        #expect(try await house.balance(ada, of: account).frozen.micros == 5_000_000)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await shop.lots() == ["paid 5000000 of 5000000"])
        #expect(try await house.balance(ada, of: account).frozen.micros == 0)
        _ = try await shop.correct(events[1].id)
        #expect(try await shop.lots() == ["paid 5000000 of 5000000", "paid 5000000 of 5000000"])
        #expect(try await shop.reasons().last == "given back; charge \(charge.id) had paid it")
        try await house.expectSoundBooks()
    }

    @Test func `what was given back of a charge that is never paid pays what is owed again`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let (shop, ada) = (MeterHouse(house: house, of: account.id), try await house.customer("ada", of: account))
        for id in ["1", "2"] { try await house.use(5_000_000, by: "ada", of: account, id: id) }
        let charge = try await house.charge(ada, of: account)
        _ = try await shop.correct(try await shop.events()[0].id)
        try await shop.act { _ = try $0.charging.cancel(charge, account: $1, in: $2) }
        #expect(try await shop.lots() == ["promotional 0 of 5000000"])
        #expect(try await house.balance(ada, of: account).accrued.micros == 5_000_000)
        _ = try await shop.correct(try await shop.events()[1].id)
        let balance = try await house.balance(ada, of: account)
        #expect(balance.accrued.micros == 0 && balance.wallet.micros == 0)
        try await house.expectSoundBooks()
    }

    @Test func `of a charge that was refunded only the rest comes back, and nothing is deducted any more`() async throws
    {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let (shop, ada) = (MeterHouse(house: house, of: account.id), try await house.customer("ada", of: account))
        let charge = try await house.pay(5_000_000, by: ada, of: account)
        _ = try await house.ask(NewRefund(amount: 200), of: .charge(charge.id), account)
        try await house.settle()
        _ = try await shop.correct(try await shop.events()[0].id)
        #expect(try await shop.lots() == ["paid 3000000 of 3000000"])
        #expect(try await shop.reasons() == ["given back; charge \(charge.id) had paid it"])
        #expect(try await house.booked(.refunds, of: account) == 0)
        try await house.expectSoundBooks()
    }

    @Test func `the lot of a top-up that was refunded gets nothing back for which given credit has stood in`()
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let (shop, ada) = (MeterHouse(house: house, of: account.id), try await house.customer("ada", of: account))
        let topUp = try await house.paidTopUp(1_000, by: ada, of: account)
        try await house.use(4_000_000, by: "ada", of: account)
        _ = try await house.ask(of: .topUp(topUp.id), account)
        try await house.settle()
        try await shop.grant(4_000_000, .promotional, forSeconds: 100)
        #expect(try await house.balance(ada, of: account).receivable.micros == 0)
        _ = try await shop.correct(try await shop.events()[0].id)
        #expect(try await shop.lots() == ["paid 0 of 10000000", "promotional 4000000 of 4000000"])
        try await house.expectSoundBooks()
    }

    @Test func `what is given back pays at once what is owed of payments that were taken back`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let (shop, ada) = (MeterHouse(house: house, of: account.id), try await house.customer("ada", of: account))
        let topUp = try await house.paidTopUp(1_000, by: ada, of: account)
        try await house.use(4_000_000, by: "ada", of: account)
        _ = try await house.ask(of: .topUp(topUp.id), account)
        try await house.settle()
        #expect(try await house.balance(ada, of: account).receivable.micros == 4_000_000)
        _ = try await shop.correct(try await shop.events()[0].id)
        let balance = try await house.balance(ada, of: account)
        #expect(balance.receivable.micros == 0 && balance.wallet.micros == 0 && balance.accrued.micros == 0)
        try await house.expectSoundBooks()
    }

    @Test func `what was used later and is not paid stays owed when what was paid long ago is taken back`() async throws
    {
        let shop = try await MeterHouse()
        _ = try await shop.record([UsageReport.of(nil, "1").costing(10)])
        try await shop.grant(10, .promotional, forSeconds: 100)
        _ = try await shop.record([UsageReport.of(nil, "2").costing(7)])
        shop.house.clock.advance(seconds: 101)
        _ = try await shop.correct(try await shop.events().first { $0.eventID == "1" }?.id ?? .init(stored: ""))
        #expect(try await shop.lots() == ["promotional 0 of 10"])
        #expect(try await shop.house.booked(.accrued, of: shop.account()) == 7)
        try await shop.house.expectSoundBooks()
    }

    // MARK: A price below zero

    @Test func `usage that gets cheaper gives back to the lots that paid for its month`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("seats", MeterRule(.latest, of: "seats"))
        try await shop.product("team", .everySeat)
        _ = try await shop.record(.of("team", "0", ["seats": 0]))
        try await shop.grant(4_000_000, .promotional, forSeconds: 100)
        try await shop.grant(9_000_000, .paidOutside)
        #expect(try await shop.record(.of("team", "1", ["seats": 6])) == "6000000")
        shop.house.clock.advance(seconds: 101)
        _ = try await shop.record([UsageReport.of(nil, "other").costing(1_000_000)])
        #expect(try await shop.record(.of("team", "2", ["seats": 3])) == "-3000000")
        // Two came out of what was paid, and one out of a gift whose time is over.
        #expect(try await shop.lots() == ["promotional 0 of 4000000", "paid_outside 8000000 of 9000000"])
        try await shop.house.expectSoundBooks()
    }

    @Test func `what was paid long ago gets its own back, however much was used and settled since`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("seats", MeterRule(.latest, of: "seats"))
        try await shop.product("team", .everySeat)
        _ = try await shop.record(.of("team", "0", ["seats": 0]))
        try await shop.grant(3_000_000, .paidOutside)
        #expect(try await shop.record(.of("team", "1", ["seats": 3])) == "3000000")
        for start in [0, 150] {
            _ = try await shop.record(
                try (start..<start + 150).map { try UsageReport.of(nil, "other-\($0)").costing(1) })
        }
        // What is owed is paid, three hundred times.
        for _ in 0..<300 {
            try await shop.grant(1, .promotional)
            if try await shop.house.booked(.accrued, of: shop.account()) == 0 { break }
        }
        #expect(try await shop.house.booked(.accrued, of: shop.account()) == 0)
        shop.house.clock.advance(seconds: 1)
        #expect(try await shop.record(.of("team", "2", ["seats": 0])) == "-3000000")
        #expect(try await shop.lots().contains("paid_outside 3000000 of 3000000"))
        try await shop.house.expectSoundBooks()
    }

    @Test func `what nothing has paid comes back as a gift, and says so`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        @Sendable func product(_ rate: String) -> String {
            """
            [{"meter": "pages", "mode": "volume", "bands": [
              {"name": "few", "up_to": 10, "unit_rate": "\(rate)"}, {"name": "many", "unit_rate": "0"}]}]
            """
        }
        try await shop.product("reader", product("0"))
        #expect(try await shop.record(.of("reader", "1", ["pages": 10])) == "0")
        try await shop.act {
            var change = ProductChange()
            change.metrics = try MeterHouse.tree(product("0.01"))
            _ = try $0.products.update("reader", change, account: $1, by: .commandLine, in: $2)
        }
        #expect(try await shop.record(.of("reader", "2", ["pages": 1])) == "-100000")
        #expect(try await shop.lots() == ["promotional 100000 of 100000"])
        #expect(try await shop.reasons() == ["given back; nothing shows that it was paid"])
        try await shop.house.expectSoundBooks()
    }
}

extension String {
    /// A product of what the last event says of `seats`.
    static let everySeat = """
        [{"meter": "seats", "mode": "graduated", "bands": [{"name": "all", "unit_rate": "1"}]}]
        """
}

extension MeterHouse {
    func grant(_ micros: Int64, _ kind: WalletLot.Kind, forSeconds seconds: Int64? = nil) async throws {
        let new = NewGrant(
            amountMicros: micros, kind: kind, expiresAt: seconds.map { house.clock.now.adding(seconds: $0) },
            reason: "a test")
        try await act {
            let ada = try $0.customers.get("ada", account: $1, in: $2)
            _ = try $0.grants.give(new, to: ada, account: $1, by: .commandLine, in: $2)
        }
    }

    func account() async throws -> ConnectedAccount { try await act { _, account, _ in account } }

    /// The lots of Ada's wallet, oldest first.
    func lots() async throws -> [String] {
        try await stored().map { "\($0.lot.kind.rawValue) \($0.lot.remainingMicros) of \($0.amountMicros)" }
    }

    func reasons() async throws -> [String] { try await stored().compactMap(\.reason) }

    private func stored() async throws -> [StoredLot] {
        try await act {
            let ada = try $0.customers.get("ada", account: $1, in: $2)
            return try $2.wallets.list(of: ada.id, after: nil, limit: 1_000).reversed()
        }
    }
}
