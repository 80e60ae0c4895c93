import Ledger
import Testing

@testable import Rehearsal

/// The oracle against sums made by hand from the price list.
@Suite struct ProductOracleTests {
    private func price(_ value: Int64, of meter: String) throws -> Int128 {
        ProductOracle.price(of: value, try #require(SoldProduct.metrics.first { $0.meter == meter }))
    }

    @Test func `graduated tiers price each part, and what a band costs on entering comes once`() throws {
        #expect(try price(0, of: "pages") == 0)
        #expect(try price(100, of: "pages") == 100 * 20_000_000_000)
        #expect(try price(101, of: "pages") == 100 * 20_000_000_000 + 13_333_333_333 + 7_000_000)
        #expect(
            try price(1_002, of: "pages") == 100 * 20_000_000_000 + 900 * 13_333_333_333 + 7_000_000
                + 2 * 9_000_000_001 + 1_500_000_000_000)
    }

    @Test func `volume tiers price all by the band that is reached, so that more can cost less`() throws {
        #expect(try price(5, of: "visits") == 5 * 2_500_000_000_000)
        #expect(try price(6, of: "visits") == 6 * 333_333_333_333 + 100_000_000_000)
        #expect(try price(6, of: "visits") < price(5, of: "visits"))
    }

    @Test func `a month is what is left of its events, and credits are worth what they are`() {
        var month = ProductOracle.Month()
        month.add(ProductUse(pages: 60, seats: 4, session: "a"))
        month.add(ProductUse(pages: 40, seats: 1, session: "a"))
        // 2.00 of pages, 5 credits of visits, 0.30 of seats, 1 credit of sessions; a credit is 0.01.
        #expect(month.price == (2_000_000 + 50_000 + 300_000 + 10_000) * 1_000_000_000_000)
    }

    @Test func `the month is that of the wall where the merchant is`() throws {
        let instant = try #require(Instant(rfc3339: "2026-11-30T23:30:00Z"))
        #expect(ProductOracle.month(of: instant, in: "Europe/Berlin") == "2026-12")
        #expect(ProductOracle.month(of: instant, in: "America/New_York") == "2026-11")
    }
}
