import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct MarginTests {
    @Test(arguments: Seeds.upTo(5))
    func `however it is grouped and filtered, nothing is lost and nothing counted twice`(seed: UInt64) async throws {
        let shop = try await MarginShop(seed: seed)
        let whole = try await shop.ask([]).total
        let groupings: [[UsageGrouping]] = [
            [.customer], [.model], [.day], [.month, .model], [.customer, .feature, .day], [.hour, .provider],
            [.product],
        ]
        for groupBy in groupings {
            let report = try await shop.ask(groupBy)
            var sum = MarginFigures.zero
            for row in report.rows { sum.add(row.figures) }
            #expect(sum == whole && report.total == whole, "seed \(seed), by \(groupBy)")
        }
        var parts = MarginFigures.zero
        for model in MarginShop.models + [""] { parts.add(try await shop.ask([.day], [.model: model]).total) }
        #expect(parts == whole, "seed \(seed): the models together are all")
    }

    @Test(arguments: Seeds.upTo(5))
    func `cost, revenue and fees are those of the books`(seed: UInt64) async throws {
        let shop = try await MarginShop(seed: seed)
        let total = try await shop.ask([]).total
        #expect(total.revenueMicros == Int128(-(try await shop.house.booked(.revenue, of: shop.account))))
        #expect(total.costMicros == Int128(try await shop.house.booked(.providerCost, of: shop.account)))
        let (stripe, platform) = (
            try await shop.house.booked(.processorFees, of: shop.account),
            try await shop.house.booked(.applicationFees, of: shop.account)
        )
        #expect(stripe > 0 && total.processorFeeMicros == Int128(stripe))
        #expect(total.applicationFeeMicros == Int128(platform))
        #expect(total.marginMicros == total.revenueMicros - total.costMicros - Int128(stripe) - Int128(platform))
    }

    @Test func `a customer's fees are theirs, and are split over what they used by its price`() async throws {
        let shop = try await MarginShop()
        let ada = try await shop.house.customer("ada", of: shop.account)
        try await shop.use("ada", 3_000_000, model: "large")
        try await shop.use("ada", 1_000_000, model: "small")
        try await shop.use("bob", 9_000_000, model: "large")
        _ = try await shop.house.charge(ada, of: shop.account)
        try await shop.house.settle()
        let fee = Int128(try await shop.house.booked(.processorFees, of: shop.account))
        #expect(fee > 0)
        let byCustomer = try await shop.ask([.customer]).rows
        #expect(byCustomer.first { $0.groups.customer == ada.id.text }?.figures.processorFeeMicros == fee)
        #expect(byCustomer.filter { $0.figures.processorFeeMicros > 0 }.count == 1)
        let byModel = try await shop.ask([.customer, .model]).rows.filter { $0.groups.customer == ada.id.text }
        #expect(byModel.map(\.figures.processorFeeMicros) == [fee - fee / 4, fee / 4])
        let small = try await shop.ask([], [.model: "small"]).total
        #expect(small.processorFeeMicros == fee / 4 && small.revenueMicros == 1_000_000)
    }

    @Test func `fees of a day without usage are told, and blamed on no model`() async throws {
        let shop = try await MarginShop()
        let ada = try await shop.house.customer("ada", of: shop.account)
        try await shop.use("ada", 5_000_000, model: "large")
        shop.house.clock.advance(seconds: 2 * 86_400)
        _ = try await shop.house.charge(ada, of: shop.account)
        try await shop.house.settle()
        let rows = try await shop.ask([.day, .model]).rows
        #expect(rows.map { $0.groups.map(\.value) } == [[shop.day(-2), "large"], [shop.day(0), nil]])
        #expect(rows[0].figures.processorFeeMicros == 0 && rows[0].figures.marginMicros == 0)
        #expect(rows[1].figures.processorFeeMicros > 0 && rows[1].figures.requests == 0)
        #expect(rows[1].figures.marginBasisPoints == nil)
    }

    @Test func `pages follow each other, and each tells the sum of all`() async throws {
        let shop = try await MarginShop()
        for number in 0..<7 { try await shop.use("c\(number)", 1_000_000, model: "large") }
        var query = shop.query([.customer])
        query.limit = 3
        var ids: [String] = []
        repeat {
            query.after = ids.last
            let report = try await shop.ask(query)
            #expect(report.total.revenueMicros == 7_000_000)
            ids += report.rows.map(\.id)
        } while ids.count % 3 == 0
        #expect(ids.count == 7 && Set(ids).count == 7)
    }
}

/// A merchant who is the platform itself, with usage and payments.
private struct MarginShop {
    static let models = ["large", "small"]
    private static let customers = ["ada", "bob", "cleo"]

    let house: TestHouse
    let account: ConnectedAccount

    init() async throws {
        house = try await TestHouse()
        account = try await house.platformAccount()
    }

    /// A month of random usage, charges and corrections.
    init(seed: UInt64) async throws {
        var generator = Seeded(seed)
        house = try await TestHouse(seed: seed)
        account = try await house.platformAccount(markup: 300_000)
        let customers = try await Self.customers.mapAsync { try await house.customer($0, of: account) }
        for number in 0..<36 {
            house.clock.advance(seconds: generator.number(0...70_000))
            var report = UsageReport(
                eventID: "\(number)", customer: Self.customers[generator.number(0..<3)],
                costMicros: generator.number(0...4_000_000))
            report.model = generator.happens(oneIn: 5) ? nil : Self.models[generator.number(0..<2)]
            report.feature = generator.happens(oneIn: 2) ? "chat" : nil
            report.provider = generator.happens(oneIn: 2) ? "acme" : nil
            try await record(report, takingBack: generator.happens(oneIn: 10))
            if generator.happens(oneIn: 6) {
                _ = try? await house.charge(customers[generator.number(0..<3)], of: account)
                try await house.settle()
            }
        }
    }

    private func record(_ report: UsageReport, takingBack: Bool) async throws {
        try await house.database.write { [worker = house.worker, account] tx in
            let verdict = try worker.metering.record([report], account: account, in: tx).first
            guard takingBack, case .accepted(let event) = verdict else { return }
            _ = try worker.metering.correct(
                event.id, NewCorrection(reason: "twice"), account: account, by: .commandLine, in: tx)
        }
    }

    func use(_ customer: String, _ micros: Int64, model: String) async throws {
        let id = String(house.random.next(), radix: 36)
        let report = UsageReport(eventID: id, customer: customer, costMicros: micros, model: model)
        try await record(report, takingBack: false)
    }

    func ask(_ query: UsageQuery) async throws -> MarginReport {
        try await house.database.read { [worker = house.worker, account] tx in
            try worker.margins.ask(query, account: account, in: tx)
        }
    }

    func ask(_ groupBy: [UsageGrouping], _ filters: [UsageDimension: String] = [:]) async throws -> MarginReport {
        try await ask(query(groupBy, filters))
    }

    func query(_ groupBy: [UsageGrouping], _ filters: [UsageDimension: String] = [:]) -> UsageQuery {
        // By hour a month is the most.
        var query = UsageQuery(from: day(groupBy.contains(.hour) ? -29 : -99), to: day(1))
        query.groupBy = groupBy
        query.filters = filters
        query.limit = 10_000
        return query
    }

    /// So many days from now.
    func day(_ days: Int64) -> String { house.clock.now.adding(seconds: days * 86_400).day.description }
}

extension Array {
    fileprivate func mapAsync<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
