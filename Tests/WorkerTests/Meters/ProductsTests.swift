import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct ProductsTests {
    private static let tiers = """
        [{"meter": "pages", "mode": "graduated", "bands": [
          {"name": "first", "up_to": 100, "unit_rate": "0.02"},
          {"name": "rest", "unit_rate": "0.01", "fixed_micros": 500000}]},
         {"meter": "calls", "unit": "credits", "mode": "volume", "bands": [{"name": "all", "unit_rate": 3}]}]
        """

    private func shop() async throws -> MeterHouse {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.meter("calls", MeterRule(.count))
        try await shop.product("reader", Self.tiers)
        return shop
    }

    @Test func `an event costs what the tiers say of the total after it, less of the total before it`() async throws {
        let shop = try await shop()
        // 3 credits a call, of 10,007 micros each.
        #expect(try await shop.record(.of("reader", "1", ["pages": 90])) == "\(90 * 20_000 + 30_021)")
        #expect(try await shop.record(.of("reader", "2", ["pages": 20])) == "\(10 * 20_000 + 10 * 10_000 + 530_021)")
        #expect(try await shop.record(.of("reader", "3", ["pages": 1])) == "\(10_000 + 30_021)")
        // Another customer, and the next month, begin anew.
        #expect(try await shop.record(.of("reader", "4", by: "ben", ["pages": 1])) == "\(20_000 + 30_021)")
        shop.house.clock.advance(seconds: 40 * 86_400)
        #expect(try await shop.record(.of("reader", "5", ["pages": 1])) == "\(20_000 + 999)")
        try await shop.house.expectSoundBooks()
    }

    @Test func `usage that does not name the product leaves its cheap bands alone`() async throws {
        let shop = try await shop()
        _ = try await shop.record(UsageReport.of(nil, "1", ["pages": 500]).costing(9))
        #expect(try await shop.record(.of("reader", "2", ["pages": 100])) == "\(100 * 20_000 + 30_021)")
    }

    @Test func `before there are products a product is a label; then an unknown one is refused`() async throws {
        let shop = try await MeterHouse()
        #expect(try await shop.record(UsageReport.of("reader", "1").costing(7)) == "7")
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        #expect(try await shop.record(UsageReport.of("reader", "2").costing(7)) == "7")
        #expect(try await shop.record(.of("reader", "3")) == "no_cost cost_micros")
        try await shop.product("reader", .everyPage)
        #expect(try await shop.record(.of("raeder", "4", ["pages": 1])) == "unknown_product product")
        #expect(try await shop.record(.of("reader", "5", ["pages": 1])) == "500000")
        // What no meter counts would cost nothing.
        #expect(try await shop.record(UsageReport.of("reader", "6", ["page": 1]).costing(7)) == "unmetered product")
        try await shop.act { _ = try $0.products.archive("reader", account: $1, by: .commandLine, in: $2) }
        #expect(try await shop.record(.of("reader", "7", ["pages": 1])) == "unknown_product product")
        #expect(try await shop.record(UsageReport.of(nil, "8").costing(7)) == "7")
    }

    @Test func `a correction reverses the amount exactly, and gives the tiers their total back`() async throws {
        let shop = try await shop()
        let before = try await shop.record(.of("reader", "1", ["pages": 110]))
        let event = try #require(try await shop.events().first)
        shop.house.clock.advance(seconds: 90 * 86_400)
        let correction = try await shop.correct(event.id)
        #expect(correction.priceMicros == -(Int64(before) ?? 0))
        // Of the month in which it was, not of this one.
        #expect(try await shop.record(.of("reader", "2", ["pages": 110])) == "\(100 * 20_000 + 10 * 10_000 + 500_999)")
        try await shop.house.expectSoundBooks()
    }

    @Test(
        arguments: [
            (MeterAggregation.latest, [900, 9], 9), (.max, [900, 9], 9), (.sum, [10, 10], 10),
            (.average, [10, 20], 20),
            (.uniqueCount, [1, 1], 1),
        ] as [(MeterAggregation, [Int64], Int64)])
    func `when the first event is taken back, the month costs what the others cost`(
        aggregation: MeterAggregation, seats: [Int64], left: Int64
    ) async throws {
        let shop = try await MeterHouse()
        let field = aggregation == .uniqueCount ? "metadata.user" : "seats"
        try await shop.meter("seats", MeterRule(aggregation, of: field))
        try await shop.product(
            "team",
            """
            [{"meter": "seats", "mode": "graduated", "bands": [
              {"name": "first", "up_to": 10, "unit_rate": 1}, {"name": "rest", "unit_rate": "0.1"}]}]
            """)
        for (place, number) in seats.enumerated() {
            var report = try UsageReport.of("team", "\(place)", ["seats": number])
            report.metadata["user"] = "ada"
            _ = try await shop.record(report)
            shop.house.clock.advance(seconds: 60)
        }
        let first = try #require(try await shop.events().first { $0.eventID == "0" })
        let correction = try await shop.correct(first.id)
        let posted = try await shop.events().reduce(correction.priceMicros) { $0 + $1.priceMicros }
        #expect(posted == min(left, 10) * 1_000_000 + max(0, left - 10) * 100_000)
        // And the next event goes on from there.
        var same = try UsageReport.of("team", "next", ["seats": left])
        same.metadata["user"] = "ada"
        if aggregation != .sum { #expect(try await shop.record(same) == "0") }
        try await shop.house.expectSoundBooks()
    }

    @Test func `what is held before counts in the tiers, so a free band is held once`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.product(
            "free",
            """
            [{"meter": "pages", "mode": "graduated", "bands": [
              {"name": "free", "up_to": 1000, "unit_rate": 0}, {"name": "rest", "unit_rate": "0.02"}]}]
            """)
        var estimate = UsageEstimate()
        estimate.product = "free"
        estimate.quantities = Quantities([try UsageUnit("pages"): try Quantity(whole: 1_000)])
        let new = try NewAuthorization(customer: "ada", estimate: estimate)
        var held: [Int64] = []
        for _ in 0..<3 {
            let outcome = try await shop.act { try $0.authorizations.authorize(new, account: $1, in: $2) }
            guard case .held(let granted) = outcome else { continue }
            held.append(granted.hold.heldMicros)
        }
        #expect(held == [0, 20_000_000, 20_000_000])
    }

    @Test func `new tiers hold from the next event on, on top of the total that there is`() async throws {
        let shop = try await shop()
        let first = try await shop.record(.of("reader", "1", ["pages": 150]))
        var change = ProductChange()
        change.metrics = try MeterHouse.tree(.everyPage)
        try await shop.act { [change] in
            _ = try $0.products.update("reader", change, account: $1, by: .commandLine, in: $2)
        }
        #expect(try await shop.record(.of("reader", "2", ["pages": 2])) == "1000000")
        #expect(try await shop.record(.of("reader", "1", ["pages": 150])) == first)
    }

    @Test func `a metric that comes later begins at zero`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.meter("seats", MeterRule(.max, of: "seats"))
        try await shop.product("reader", .everyPage)
        _ = try await shop.record(.of("reader", "1", ["pages": 1, "seats": 9]))
        var change = ProductChange()
        change.metrics = try MeterHouse.tree(
            #"[{"meter": "seats", "mode": "volume", "bands": [{"name": "all", "unit_rate": 1}]}]"#)
        try await shop.act { [change] in
            _ = try $0.products.update("reader", change, account: $1, by: .commandLine, in: $2)
        }
        #expect(try await shop.record(.of("reader", "2", ["seats": 4])) == "4000000")
        #expect(try await shop.record(.of("reader", "3", ["seats": 3])) == "0")
        #expect(try await shop.record(.of("reader", "4", ["seats": 6])) == "2000000")
    }

    @Test func `credits without a value refuse the event, and name the terms`() async throws {
        let shop = try await shop()
        var change = AccountChange()
        change.terms = .set(.object(["credit_values": .null]))
        try await shop.act { [change] in _ = try $0.accounts.update($1.id, change, by: .commandLine, in: $2) }
        #expect(try await shop.record(.of("reader", "1", ["pages": 1])) == "no_credit_value credit_values")
        // The refusal has moved nothing.
        change.terms = .set(
            .object([
                "credit_values": .list([.object(["from": .text("2026-01-01"), "micros": .integer(1)])])
            ]))
        try await shop.act { [change] in _ = try $0.accounts.update($1.id, change, by: .commandLine, in: $2) }
        #expect(try await shop.record(.of("reader", "1", ["pages": 1])) == "20003")
    }

    @Test func `an estimate that names a product is rated by it, and moves nothing`() async throws {
        let shop = try await shop()
        _ = try await shop.record(.of("reader", "1", ["pages": 95]))
        var estimate = UsageEstimate()
        estimate.product = "reader"
        estimate.quantities = Quantities([try UsageUnit("pages"): try Quantity(whole: 10)])
        let expected: Int64 = 5 * 20_000 + 5 * 10_000 + 530_021
        let new = try NewAuthorization(customer: "ada", estimate: estimate)
        for _ in 0..<2 {
            let check = try await shop.act { try $0.authorizations.check(new, account: $1, in: $2) }
            #expect(check.amounts.spendMicros == expected)
        }
        let outcome = try await shop.act { try $0.authorizations.authorize(new, account: $1, in: $2) }
        guard case .held(let granted) = outcome else { throw WorkerError.notFound("hold") }
        #expect(granted.hold.heldMicros == expected)
        // Agreed is agreed: the product, and then its meters, may be archived before the capture.
        try await shop.act { _ = try $0.products.archive("reader", account: $1, by: .commandLine, in: $2) }
        for meter in ["pages", "calls"] { try await shop.archive(meter) }
        let captured = try await shop.act { [quantities = estimate.quantities] worker, account, tx in
            var capture = NewCapture()
            capture.quantities = quantities ?? .none
            return try worker.authorizations.capture(granted.hold.id, capture, account: account, in: tx)
        }
        #expect(captured.event.priceMicros == expected)
        estimate.product = "raeder"
        for amount in [nil, Int64(5)] {
            estimate.amountMicros = amount
            let wrong = try NewAuthorization(customer: "ada", estimate: estimate)
            await #expect {
                _ = try await shop.act { try $0.authorizations.authorize(wrong, account: $1, in: $2) }
            } throws: {
                ($0 as? WorkerError)?.code == "unknown_product" && ($0 as? WorkerError)?.field == "product"
            }
        }
    }

    @Test func `what was held for a product is captured as that product, or not at all`() async throws {
        let shop = try await shop()
        var estimate = UsageEstimate()
        estimate.product = "reader"
        estimate.quantities = try UsageReport.of("reader", "1", ["pages": 1]).quantities
        let new = try NewAuthorization(customer: "ada", estimate: estimate)
        guard
            case .held(let granted) = try await shop.act({ try $0.authorizations.authorize(new, account: $1, in: $2) })
        else { throw WorkerError.notFound("hold") }
        let quantities = estimate.quantities ?? .none
        let capture = { @Sendable (product: String?) in
            try await shop.act { worker, account, tx in
                var capture = NewCapture()
                capture.quantities = quantities
                capture.product = product
                return try worker.authorizations.capture(granted.hold.id, capture, account: account, in: tx)
            }
        }
        try await shop.product("writer", .everyPage)
        let refused = await #expect(throws: WorkerError.self) { try await capture("writer") }
        #expect(refused?.code == "product_differs" && refused?.field == "product")
        #expect(try await capture("reader").event.priceMicros == 20_000 + 30_021)
        #expect(try await capture(nil).event.labels.product == "reader", "the same again")
        try await shop.house.expectSoundBooks()
    }

    @Test func `an estimate may say the metadata that a meter asks for, and the capture goes by it`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.uniqueCount, of: "metadata.session"))
        try await shop.product("reader", .everyPage)
        var estimate = UsageEstimate()
        estimate.product = "reader"
        estimate.metadata = ["session": "s1"]
        let new = try NewAuthorization(customer: "ada", estimate: estimate)
        let outcome = try await shop.act { try $0.authorizations.authorize(new, account: $1, in: $2) }
        guard case .held(let granted) = outcome else { throw WorkerError.notFound("hold") }
        #expect(granted.hold.heldMicros == 500_000)
        let captured = try await shop.act {
            try $0.authorizations.capture(granted.hold.id, NewCapture(), account: $1, in: $2)
        }
        #expect(captured.event.priceMicros == 500_000 && captured.event.metadata == ["session": "s1"])
        estimate.metadata = nil
        let silent = try NewAuthorization(customer: "ada", estimate: estimate)
        await #expect {
            _ = try await shop.act { try $0.authorizations.authorize(silent, account: $1, in: $2) }
        } throws: {
            ($0 as? WorkerError)?.code == "unmetered"
        }
    }

    @Test func `the explanation shows tiers, month and meters`() async throws {
        let shop = try await shop()
        _ = try await shop.record(.of("reader", "1", ["pages": 90]))
        _ = try await shop.record(.of("reader", "2", ["pages": 20]))
        let event = try #require(try await shop.events().first { $0.eventID == "2" })
        let found = try await shop.act { try $0.explanations.explain(event.id, account: $1, in: $2) }
        let line = try #require(found.line)
        #expect(line.rated.period == "2026-11" && line.rated.meters == ["pages", "calls"])
        let steps = line.steps(in: try #require(Currency("usd"))).joined(separator: "\n")
        for part in [
            "by the meters of the product reader, in the customer's month 2026-11.",
            "pages went from 90 to 110 (graduated):", "after: first: 100 × 0.02 = 2000000 micros of USD",
            "after: rest: 10 × 0.01 + 500000 = 600000 micros of USD", "less, before: first: 90 × 0.02 = 1800000",
            "calls went from 1 to 2 (volume):", "3000000 millionths of a credit × 10007 micros for a credit",
            "Counted by the meters pages, calls.",
        ] { #expect(steps.contains(part), "\(steps)") }
    }

    @Test(arguments: [
        ("{}", "metrics"), ("[]", "metrics"), ("[5]", "metrics.0"), (#"[{"meter": "pages"}]"#, "metrics.0.mode"),
        (#"[{"meter": "nope", "mode": "volume", "bands": [{"name": "a", "unit_rate": 1}]}]"#, "metrics.0.meter"),
        (#"[{"meter": "pages", "mode": "steps", "bands": []}]"#, "metrics.0.mode"),
        (#"[{"meter": "pages", "unit": "euros", "mode": "volume", "bands": []}]"#, "metrics.0.unit"),
        (#"[{"meter": "pages", "mode": "volume", "bands": []}]"#, "metrics.0.bands"),
        (#"[{"meter": "pages", "mode": "volume", "colour": 1, "bands": []}]"#, "metrics.0.colour"),
        (
            #"[{"meter": "pages", "mode": "volume", "bands": [{"name": "a", "unit_rate": -1}]}]"#,
            "metrics.0.bands.0.unit_rate"
        ),
        (
            #"[{"meter": "pages", "mode": "volume", "bands": [{"name": "a", "unit_rate": 1, "fixed_micros": 0.5}]}]"#,
            "metrics.0.bands.0.fixed_micros"
        ),
        (
            #"[{"meter": "pages", "mode": "volume", "bands": [{"name": "a", "up_to": -5, "unit_rate": 1}]}]"#,
            "metrics.0.bands.0.up_to"
        ),
        (
            #"[{"meter": "pages", "mode": "volume", "bands": [{"name": "a", "rate": 1, "unit_rate": 1}]}]"#,
            "metrics.0.bands.0.rate"
        ),
        (
            #"""
            [{"meter": "pages", "mode": "volume", "bands": [{"name": "a", "up_to": 5, "unit_rate": 1},
            {"name": "b", "up_to": 5, "unit_rate": 1}, {"name": "c", "unit_rate": 1}]}]
            """#, "metrics.0.bands"
        ),
        (
            #"[{"meter": "pages", "mode": "volume", "bands": [{"name": "4242424242424242", "unit_rate": 1}]}]"#,
            "metrics.0.bands.0.name"
        ),
    ])
    func `metrics that cannot hold are refused by their path, and nothing is stored`(
        metrics: String, field: String
    ) async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        await #expect { try await shop.product("p", metrics) } throws: { error in
            (error as? WorkerError)?.field == field
        }
        try await shop.house.database.read { tx in
            let rows = try tx.query("SELECT 1 AS one FROM products")
            #expect(rows.isEmpty)
        }
    }

    @Test func `ten thousand bands are too many`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        let bands = (1...10_000).map { #"{"name": "b\#($0)", "up_to": \#($0), "unit_rate": 1}"# }
        let metrics = #"[{"meter": "pages", "mode": "volume", "bands": [\#(bands.joined(separator: ","))]}]"#
        await #expect { try await shop.product("p", metrics) } throws: { error in
            (error as? WorkerError)?.field?.hasPrefix("metrics") == true
        }
    }
}
