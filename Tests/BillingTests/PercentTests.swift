import Billing
import Foundation
import Testing

@Suite struct PercentTests {
    @Test(arguments: [
        ("0", 0), ("12.5", 125_000), ("-100", -1_000_000), ("0.0001", 1), ("100", 1_000_000),
        ("1000000", 10_000_000_000),
        ("-1000000", -10_000_000_000), ("33.3333", 333_333),
    ])
    func `a percentage with up to four decimals is exact`(text: String, partsPerMillion: Int64) throws {
        let decimal = try #require(Decimal(string: text))
        let percent = try #require(Percent(decimal))
        #expect(percent.partsPerMillion == partsPerMillion)
        #expect(percent.decimal == decimal)
    }

    @Test(arguments: [
        "0.00001", "12.34567", "1000000.0001", "-1000001", "99999999999999999999", "1e124", "9e127", "-1e127",
    ])
    func `what cannot be kept exactly is refused`(text: String) throws {
        #expect(Percent(try #require(Decimal(string: text))) == nil)
    }

    @Test func `not a number is no percentage`() { #expect(Percent(Decimal.nan) == nil) }
}
