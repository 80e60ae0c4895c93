import Foundation
import Ledger
import Storage
import Testing

@testable import Rehearsal

@Suite struct ForecastTests {
    private static func profile(customers: Int, days: Int, declines: Int64 = 0) -> UsageProfile {
        var profile = UsageProfile()
        profile.customers = customers
        profile.days = days
        profile.costMicros = 1_000_000
        profile.declinesPercent = declines
        return profile
    }

    private static func played(_ file: String, _ profile: UsageProfile) async throws -> ForecastReport {
        try await Forecast(ForecastInput(Data(file.utf8)), profile, seed: 1).run()
    }

    @Test func `each plan comes to what its customers used, at its own markup and within its own limits`() async throws
    {
        let file = """
            {"currency": "usd", "markup_percent": 50, "cycle": "daily",
             "plans": [{"slug": "free", "terms": {"limits": {"day": {"requests": 3}}, "overage": "block"}},
                       {"slug": "pro", "terms": {"markup_percent": 20}}]}
            """
        let report = try await Self.played(file, Self.profile(customers: 4, days: 3, declines: 50))
        let (free, pro) = try (#require(report.plans.first), #require(report.plans.last))
        #expect([free.plan, pro.plan] == ["free", "pro"])
        #expect(free.requests == 2 * 3 * 3)
        #expect(free.refused > 0 && pro.refused == 0)
        #expect(free.costMicros == 18_000_000 && free.revenueMicros == 27_000_000)
        #expect(free.stripeFeeMicros > 0 && free.marginMicros == 9_000_000 - free.stripeFeeMicros)
        #expect(pro.paidMicros > 0 && pro.lostToDeclinesMicros > 0)
        #expect(report.text(withInvoices: false).contains("27.00 USD"))
    }

    /// What anybody can work out with a sheet of paper: one request after the other, without Bursar.
    @Test func `invoices of the user's own prices and products are what adding up by hand comes to`() async throws {
        let profile = Self.profile(customers: 2, days: 70)
        let report = try await Self.played(ForecastInput.example, profile)
        let (free, pro) = try (#require(report.plans.first), #require(report.plans.last))
        var chance = Chance(seed: 1)
        var (freeRequests, models, pages) = (Int64(0), Int64(0), Int64(0))
        for _ in 1...profile.days {
            freeRequests += min(5, chance.number(5...15))
            let count = chance.number(5...15)
            models += (count + 1) / 2
            pages += count / 2 * 3
        }
        #expect(free.requests == freeRequests)
        #expect(pro.requests == models + pages / 3)
        // 2,000 tokens at 0.50 and 500 at 2.00 a million are 2,000 micros; 20 % on them.
        #expect(pro.costMicros == models * 2_000)
        // No month has 1,000 pages, so none is in the second band.
        #expect(pro.revenueMicros == models * 2_400 + pages * 10_000)
        for year in report.plans {
            #expect(year.billedMicros + year.accruedMicros == year.revenueMicros)
            #expect(year.paidMicros == year.billedMicros && year.lostToDeclinesMicros == 0)
            let own = report.invoices.filter { $0.plan == year.plan }
            #expect(own.reduce(0) { $0 + $1.amountMicros } == year.billedMicros)
            #expect(own.count == year.months.reduce(0) { $0 + $1.charges })
            // Two per cent of each charge, to the cent.
            #expect(abs(year.applicationFeeMicros - year.billedMicros / 50) <= Int64(own.count) * 10_000)
            #expect(year.stripeFeeMicros > 0)
            #expect(
                year.marginMicros
                    == year.revenueMicros - year.costMicros - year.stripeFeeMicros - year.applicationFeeMicros)
        }
    }

    /// Costs, markups, limits and customers at random, added up one request after the other.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `the sums of any small configuration are those of adding up by hand`(seed: UInt64) async throws {
        var dice = Chance(seed: seed)
        var profile = Self.profile(
            customers: Int(dice.number(1...5)), days: Int(dice.number(1...40)), declines: dice.number(0...100))
        profile.requestsPerDay = Int(dice.number(1...12))
        profile.costMicros = dice.number(1...3_000_000)
        let plans = (0..<dice.number(1...3)).map { number in
            (slug: "plan-\(number)", markup: dice.number(-20...90), limit: dice.number(1...20))
        }
        let file = """
            {"currency": "usd", "cycle": "\(dice.pick(["daily", "monthly"]))", "plans": [\(plans.map { plan in
                #"{"slug": "\#(plan.slug)", "terms": {"markup_percent": \#(plan.markup), "overage": "block", "#
                    + #""limits": {"day": {"requests": \#(plan.limit)}}}}"#
            }.joined(separator: ","))]}
            """
        let report = try await Self.played(file, profile)
        var chance = Chance(seed: 1)
        let most = Int64(profile.requestsPerDay)
        var (asked, used) = (
            [Int64](repeating: 0, count: profile.customers), [Int64](repeating: 0, count: profile.customers)
        )
        for _ in 1...profile.days {
            for customer in asked.indices {
                let count = chance.number(max(1, most / 2)...max(1, most + most / 2))
                asked[customer] += count
                used[customer] += min(count, plans[customer % plans.count].limit)
            }
        }
        for (number, plan) in plans.enumerated() {
            let year = report.plans[number]
            let own = asked.indices.filter { $0 % plans.count == number }
            let requests = own.reduce(0) { $0 + used[$1] }
            #expect(year.customers == own.count && year.requests == requests)
            #expect(year.refused == own.reduce(0) { $0 + asked[$1] } - requests)
            #expect(year.costMicros == requests * profile.costMicros)
            // What rounding leaves is carried with the customer, and never charged.
            #expect(
                year.revenueMicros == own.reduce(0) { $0 + used[$1] * profile.costMicros * (100 + plan.markup) / 100 })
            #expect(year.billedMicros + year.accruedMicros == year.revenueMicros)
            #expect(year.paidMicros + year.lostToDeclinesMicros == year.billedMicros)
            #expect(year.marginMicros == year.revenueMicros - year.costMicros - year.stripeFeeMicros)
            let invoices = report.invoices.filter { $0.plan == plan.slug }
            #expect(invoices.reduce(0) { $0 + $1.amountMicros } == year.billedMicros)
            #expect(year.months.reduce(0) { $0 + $1.declinedMicros } == year.lostToDeclinesMicros)
        }
    }

    @Test func `what is printed for programs is what is printed for people`() async throws {
        let report = try await Self.played(
            #"{"currency": "eur", "country": "DE", "stripe": "connect", "cycle": "daily", "plans": [{"slug": "a"}]}"#,
            Self.profile(customers: 2, days: 2, declines: 50))
        let json = try #require(
            try JSONSerialization.jsonObject(with: report.json(withInvoices: true)) as? [String: Any])
        let plan = try #require((json["plans"] as? [[String: Any]])?.first)
        #expect(json["currency"] as? String == "eur")
        #expect(plan["revenue_micros"] as? Int64 == report.plans.first?.revenueMicros)
        #expect((json["invoices"] as? [Any])?.count == report.invoices.count)
        #expect(report.invoices.contains { $0.status == "failed" } && report.invoices.contains { $0.status == "paid" })
        let lines = report.text(withInvoices: true).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("customer-") } == report.invoices.count)
        let bare = try JSONSerialization.jsonObject(with: report.json(withInvoices: false)) as? [String: Any]
        #expect(bare?["invoices"] == nil)
    }

    @Test func `wallets that fill themselves pay for what is used`() async throws {
        let file = """
            {"currency": "usd", "plans": [{"slug": "wallet", "terms": {"prepaid": true}}],
             "auto_top_up": {"threshold_micros": 5000000, "amount_micros": 50000000,
                             "monthly_limit_micros": 1000000000, "cool_down_seconds": 300}}
            """
        let report = try await Self.played(file, Self.profile(customers: 1, days: 5))
        let year = try #require(report.plans.first)
        #expect(year.toppedUpMicros > 0 && year.requests > 0)
        #expect(year.accruedMicros == 0 && report.invoices.isEmpty)
        #expect(year.revenueMicros <= year.toppedUpMicros)
    }

    @Test(arguments: [
        ("[]", "one JSON object"), (#"{"plans": []}"#, "currency"), (#"{"currency": "usd"}"#, "plans"),
        (#"{"currency": "usd", "plans": [{}]}"#, "plans[0].slug"),
        (#"{"currency": "usd", "plans": [{"slug": "a"}], "prices": {}}"#, "prices should hold a list"),
        (#"{"currency": "usd", "plans": [{"slug": "a"}], "usage": [1]}"#, "usage[0]"),
    ])
    func `a configuration that says too little is refused by name`(file: String, word: String) {
        let breach = #expect(throws: Breach.self) { try ForecastInput(Data(file.utf8)) }
        #expect(breach?.rule == "configuration")
        #expect(breach?.detail.contains(word) == true)
    }

    @Test(arguments: [
        (#""price": 1"#, "price"), (#""markup_percent": "x""#, "markup_percent: "), (#""cycle": "hourly""#, "cycle: "),
        (#""terms": {"dunning": {"retry_days": [0]}}"#, "terms.dunning.retry_days: "),
        (#""meters": [{"slug": "pages", "aggregation": "most"}]"#, "meters[0].aggregation: "),
        (#""prices": [{"provider": "own"}]"#, "prices[0].per_million: "),
        (#""products": [{"slug": "reader", "metrics": []}]"#, "products[0].metrics: "),
        (#""customer": {"prepayed": true}"#, "customer.prepayed: "),
        (#""auto_top_up": {"amount_micros": 1}"#, "auto_top_up."),
        (#""usage": [{"cost_micros": 1}, {"model": "gpt-none", "input_tokens": 1}]"#, "usage[1].model: "),
    ])
    func `what the API refuses is refused with its place in the file`(members: String, place: String) async throws {
        let file = #"{"currency": "usd", "plans": [{"slug": "a"}], \#(members)}"#
        let breach = await #expect(throws: Breach.self) {
            _ = try await Self.played(file, Self.profile(customers: 1, days: 1))
        }
        #expect(breach?.rule == "configuration")
        #expect(breach?.detail.hasPrefix(place) == true, "\(breach?.detail ?? "")")
    }
}
