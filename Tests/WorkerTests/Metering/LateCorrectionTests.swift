import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

/// What is taken back long after it was used, when the month is over, or the customer is in another organization.
@Suite struct LateCorrectionTests {
    private static let limits = Limits(month: .init(spendMicros: 1_000))

    private func correct(_ id: String, in shop: QuotaShop) async throws {
        try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            let event = try #require(
                try tx.usage.find(account: account.id, source: UsageReport.defaultSource, eventID: id))
            _ = try worker.metering.correct(
                event.id, NewCorrection(reason: "a test"), account: account, by: .commandLine, in: tx)
        }
    }

    private func use(_ micros: Int64, id: String, in shop: QuotaShop) async throws {
        _ = try await shop.house.use(micros, by: "ada", of: shop.account, id: id)
    }

    @Test func `a correction of a month that is over leaves this month's limits as they are`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Self.limits))
        try await use(900, id: "november", in: shop)
        shop.house.clock.advance(seconds: 60 * 86_400)
        try await use(600, id: "january", in: shop)
        try await correct("november", in: shop)
        #expect(try await shop.used(.month) == LimitAmounts(requests: 1, tokens: 0, costMicros: 600, spendMicros: 600))
        #expect(try await shop.used(.day).spendMicros == 600)
        #expect(try await shop.ask(401) == "month.spend_micros")
        try await correct("january", in: shop)
        #expect(try await shop.used(.month) == .zero, "what counted here is given back here")
    }

    @Test func `when limits are counted anew, it stays so`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Self.limits))
        try await use(900, id: "november", in: shop)
        shop.house.clock.advance(seconds: 60 * 86_400)
        try await use(600, id: "january", in: shop)
        try await correct("november", in: shop)
        let account = try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            let ada = try worker.customers.get("ada", account: account, in: tx)
            try worker.limitCounters.recount(ada, account: account, in: tx)
            try worker.limitCounters.recount(account, in: tx)
            return try tx.limitCounters.get(LimitSubject(account: account).counter(.month, at: shop.house.clock.now))
        }
        #expect(try await shop.used(.month) == LimitAmounts(requests: 1, tokens: 0, costMicros: 600, spendMicros: 600))
        #expect(account.used.spendMicros == 600)
    }

    @Test func `a request that is taken back was made all the same in its minute`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(requestsPerMinute: 2)))
        let reports = [UsageReport(eventID: "line", customer: "ada", costMicros: 1)]
        _ = try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            try worker.metering.record(worker.metering.check(reports), isImport: true, account: account, in: tx)
        }
        try await use(1, id: "request", in: shop)
        for id in ["line", "request"] { try await correct(id, in: shop) }
        #expect(try await shop.used(.minute).requests == 1)
        #expect(try await shop.ask(1) == "held")
        #expect(try await shop.ask(1) == "requests_per_minute")
    }

    @Test func `a correction is counted under the organization that the usage was counted under`() async throws {
        let shop = try await QuotaShop(PlanTerms())
        func join(_ organization: String?) async throws {
            try await shop.house.database.write { [account = shop.account] tx in
                var customer = try #require(try tx.customers.find(externalID: "ada", account: account.id))
                customer.organization = organization
                try tx.customers.updateSettings(customer)
            }
        }
        _ = try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            try worker.customers.findOrMake("ada", account: account, in: tx)
        }
        try await use(3, id: "alone", in: shop)
        try await join("first")
        try await use(5, id: "of first", in: shop)
        try await join("second")
        try await use(7, id: "of second", in: shop)
        for id in ["alone", "of first"] { try await correct(id, in: shop) }
        var query = UsageQuery(from: "2026-11-01", to: "2026-12-01")
        query.groupBy = [.organization]
        let totals = try await shop.house.database.read {
            [worker = shop.house.worker, account = shop.account, query] tx in
            try worker.usageTotals.ask(query, account: account, in: tx)
        }
        let sums = totals.map { "\($0.groups[0].value ?? "none") \($0.figures.requests) \($0.figures.priceMicros)" }
        #expect(sums.sorted() == ["first 0 0", "none 0 0", "second 1 7"])
    }
}
