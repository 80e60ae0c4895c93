import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct MeteringTests {
    @Test func `usage of a new customer makes the customer and accrues the price`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(markup: 250_000)
        guard case .accepted(let event) = try await house.use(800, by: "ada", of: account) else {
            return #expect(Bool(false), "not accepted")
        }
        #expect(event.priceMicros == 1_000)
        let customer = try #require(
            try await house.database.read { tx in try tx.customers.find(externalID: "ada", account: account.id) })
        let balance = try await house.balance(customer, of: account)
        #expect(balance.accrued.micros == 1_000)
        #expect(balance.wallet.isZero && balance.pending.isZero && balance.paid.isZero)
        try await house.checkBooks()
    }

    @Test func `the same event again is a duplicate and costs nothing`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        try await house.use(500, by: "ada", of: account, id: "one")
        guard case .duplicate = try await house.use(500, by: "ada", of: account, id: "one") else {
            return #expect(Bool(false), "not a duplicate")
        }
        let customer = try #require(
            try await house.database.read { tx in try tx.customers.find(externalID: "ada", account: account.id) })
        #expect(try await house.balance(customer, of: account).accrued.micros == 500)
    }

    @Test(arguments: ["customer", "cost_micros"])
    func `another event under the same id is refused and names what differs`(field: String) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        try await house.use(500, by: "ada", of: account, id: "one")
        let verdict = try await house.use(
            field == "cost_micros" ? 501 : 500, by: field == "customer" ? "bob" : "ada", of: account, id: "one")
        guard case .rejected(let error) = verdict else { return #expect(Bool(false), "not rejected") }
        #expect(error.code == "event_differs")
        #expect(error.field == field)
    }

    @Test func `one wrong report takes nothing from the others`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let reports = [
            UsageReport(eventID: "1", customer: "ada", costMicros: 10),
            UsageReport(eventID: "", customer: "ada", costMicros: 10),
            UsageReport(eventID: "3", customer: "ada", costMicros: -1),
            UsageReport(eventID: "4", customer: "ada", costMicros: .max),
            UsageReport(eventID: "5", customer: "ada", time: house.clock.now.adding(seconds: 90_000), costMicros: 1),
            UsageReport(eventID: "6", customer: "ada", costMicros: 20),
        ]
        let verdicts = try await house.database.write { [house] tx in
            try house.worker.metering.record(reports, account: account, in: tx)
        }
        let codes = verdicts.map { verdict in
            if case .rejected(let error) = verdict { error.code } else { "accepted" }
        }
        #expect(
            codes == ["accepted", "invalid_field", "negative_cost", "cost_too_large", "time_in_future", "accepted"])
        try await house.checkBooks()
    }

    @Test func `what rounding leaves over is carried, so the parts sum to the whole`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(markup: 333_333)
        var exact: Int128 = 0
        for _ in 0..<300 {
            let cost = Int64(house.random.next() % 1_000)
            exact += Int128(cost) * 1_333_333
            try await house.use(cost, by: "ada", of: account)
        }
        let customer = try #require(
            try await house.database.read { tx in try tx.customers.find(externalID: "ada", account: account.id) })
        #expect(Int128(try await house.balance(customer, of: account).accrued.micros) == exact / 1_000_000)
        try await house.checkBooks()
    }

    @Test func `a batch of more than a thousand is refused whole`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let reports = (0...1_000).map { UsageReport(eventID: "\($0)", customer: "ada", costMicros: 1) }
        await #expect(throws: WorkerError.self) {
            try await house.database.write { tx in try house.worker.metering.record(reports, account: account, in: tx) }
        }
    }
}
