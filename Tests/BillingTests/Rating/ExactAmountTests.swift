import Billing
import Foundation
import Testing

@Suite struct ExactAmountTests {
    private let femto = "0.000000000000001"

    @Test func `a price times a quantity, a rate and a markup keeps every digit`() throws {
        // 7 × 10⁻¹⁵ dollars × 0.000001 × 149.000003 × 120.0001 %
        let exact = try ExactAmount(UnitPrice("0.000000000000007")).times(Quantity("0.000001"))
            .times(millionths: 149_000_003).times(Percent(partsPerMillion: 1_200_001))
        #expect(exact.description == "0.000000000001251601068200021")
        let large = try ExactAmount(UnitPrice(femto)).times(Quantity.most)
        #expect(large.description == "1000")
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("-1", -1), ("0.5", 0), ("-0.5", -1), ("-0.000000000000000000000000001", -1),
        ("9223372036854775807.999999999999999999999999999", Int64.max), ("-9223372036854775808", Int64.min),
        ("12.000000000000000000000000034", 12),
    ])
    func `an amount is posted rounded down, and the carry is what is left`(text: String, micros: Int64) throws {
        let amount = try ExactAmount(text)
        #expect(amount.description == text)
        let (posted, carry) = try Carry.zero.settle(amount)
        #expect(posted == micros)
        #expect(try ExactAmount(micros: posted).adding(carry.exact) == amount)
        #expect(try Carry(carry.description) == carry)
        #expect(try JSONDecoder().decode(Carry.self, from: JSONEncoder().encode(carry)) == carry)
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "1.2.3", "1e3", "+1", "--1", "0.0000000000000000000000000001", " 1",
        "170141183460469231731687303715884105728",
    ])
    func `what is no exact amount is refused`(text: String) {
        let error = #expect(throws: BillingError.self) { try ExactAmount(text) }
        #expect(error?.code == "bad_exact_amount")
    }

    @Test(arguments: ["1", "-0.5", "-1", "1.5"])
    func `a carry is at least nothing and less than a micro`(text: String) {
        #expect(throws: BillingError.self) { try Carry(text) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Carry].self, from: Data("[\"\(text)\"]".utf8)) }
    }

    @Test func `beyond 64 bits of micros nothing is posted, and beyond 128 nothing is reckoned`() throws {
        #expect(throws: BillingError.self) { try Carry.zero.settle(ExactAmount("9223372036854775808")) }
        #expect(throws: BillingError.self) { try Carry.zero.settle(ExactAmount("-9223372036854775808.1")) }
        let fraction = try Carry("0.5")
        #expect(throws: BillingError.self) { try fraction.settle(ExactAmount("9223372036854775807.5")) }
        let most = try ExactAmount("170141183460469231731687303715884105727.999999999999999999999999999")
        let least = try ExactAmount(most.negated().description)
        #expect(throws: BillingError.self) { try most.adding(ExactAmount("0.000000000000000000000000001")) }
        #expect(throws: BillingError.self) { try most.times(millionths: 1_000_001) }
        #expect(try most.times(millionths: 1_000_000) == most)
        #expect(try most.times(millionths: -1_000_000) == least)
        #expect(try most.adding(least).isZero)
        #expect(throws: BillingError.self) { try least.times(millionths: .min) }
        #expect(throws: BillingError.self) { try least.subtracting(most) }
        #expect(try ExactAmount(UnitPrice("1000000000000")).times(Quantity.most).description == "1" + zeros(30))
    }

    @Test func `a product that does not fit 128 bits is an error, whatever it would wrap to`() throws {
        let most = try ExactAmount("170141183460469231731687303715884105727")
        for factor in 2...400 as ClosedRange<Int64> {
            #expect(throws: BillingError.self) { try most.times(millionths: factor * 1_000_000) }
            #expect(throws: BillingError.self) { try most.times(millionths: -factor * 1_000_000) }
            #expect(throws: BillingError.self) { try most.times(millionths: .max / factor) }
        }
    }

    private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

    @Test func `what 27 decimals cannot hold is an error and not rounded`() throws {
        let finest = try ExactAmount("0.000000000000000000000000001")
        let error = #expect(throws: BillingError.self) { try finest.times(millionths: 1_500_000) }
        #expect(error?.code == "too_fine")
        #expect(try finest.times(millionths: 3_000_000).description == "0.000000000000000000000000003")
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `adding, taking away and multiplying keep the laws of arithmetic`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let (left, right) = (try amount(&random), try amount(&random))
            let sum = try left.adding(right)
            #expect(try sum.subtracting(right) == left)
            #expect(try right.adding(left) == sum)
            #expect(try ExactAmount(sum.description) == sum)
            #expect(try left.negated().negated() == left)
            #expect(try (left < right) == left.subtracting(right).isNegative)
            let shift = Int64.random(in: 0...63, using: &random)
            let factor = Int64.random(in: Int64.min...Int64.max, using: &random) >> shift
            let parts = (try left.times(millionths: factor), try right.times(millionths: factor))
            #expect(try sum.times(millionths: factor) == parts.0.adding(parts.1))
            #expect(try left.times(millionths: -2_000_000) == left.adding(left).negated())
        }
    }

    /// Of any size up to the edges of 64 bits, either sign, with at most 21 decimals.
    private func amount(_ random: inout SeededGenerator) throws -> ExactAmount {
        let whole = Int64.random(in: Int64.min...Int64.max, using: &random) >> Int64.random(in: 0...63, using: &random)
        let fraction = UInt64.random(in: 0...999_999_999_999_999_999, using: &random)
        let sign = Bool.random(using: &random) ? "-" : ""
        return try ExactAmount("\(sign)\(whole.magnitude).\(String(fraction))000")
    }
}

@Suite struct UnitPriceTests {
    @Test func `a price for a million and the same price for one are one price`() throws {
        #expect(try UnitPrice(perMillion: "3") == UnitPrice("0.000003"))
        #expect(try UnitPrice("3e-06").perMillion == "3")
        #expect(try UnitPrice(perMillion: "0.000000001").description == "0.000000000000001")
        #expect(try UnitPrice("149.5").description == "149.5")
    }

    @Test(arguments: ["-1", "0.0000000000000001", "1000000000000.1", "x", "", "1e13"])
    func `what is no price is refused`(text: String) {
        let error = #expect(throws: BillingError.self) { try UnitPrice(text) }
        #expect(error?.code == "bad_unit_price")
    }

    @Test func `any price reads back from its text and from JSON`() throws {
        var random = SeededGenerator(seed: 5)
        for round in 0..<2_000 {
            let size = UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64(round % 64)
            let price = try UnitPrice(UnitPrice(perMillion: "\(size % 1_000_000_000_000)").description)
            #expect(try UnitPrice(price.description) == price && UnitPrice(perMillion: price.perMillion) == price)
            #expect(try JSONDecoder().decode([UnitPrice].self, from: JSONEncoder().encode([price])) == [price])
        }
        #expect(
            try JSONDecoder().decode([UnitPrice].self, from: Data("[3e-06, \"0.5\"]".utf8)).map(\.perMillion) == [
                "3", "500000",
            ])
    }
}
