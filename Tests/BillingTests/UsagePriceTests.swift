import Billing
import Testing

@Suite struct UsagePriceTests {
    private func percent(_ partsPerMillion: Int64) -> Percent { Percent(partsPerMillion: partsPerMillion) }

    @Test func `the price is cost plus markup`() throws {
        let price = try UsagePrice(costMicros: 1_000_000, markup: percent(200_000), carry: 0)
        #expect(price.micros == 1_200_000 && price.carry == 0)
    }

    @Test func `what rounding leaves is carried to the next event`() throws {
        let first = try UsagePrice(costMicros: 1, markup: percent(500_000), carry: 0)
        #expect(first.micros == 1 && first.carry == 500_000)
        let second = try UsagePrice(costMicros: 1, markup: percent(500_000), carry: first.carry)
        #expect(second.micros == 2 && second.carry == 0)
    }

    @Test(arguments: [1, 2, 3])
    func `over 100,000 random lines the sum that was posted is the floor of the exact sum`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (posted, exact, carry) = (Int128(0), Int128(0), Int64(0))
        for _ in 0..<100_000 {
            let cost = Int64.random(in: 0...5_000, using: &random)
            let markup = percent(.random(in: -1_000_000...3_000_000, using: &random))
            let price = try UsagePrice(costMicros: cost, markup: markup, carry: carry)
            posted += Int128(price.micros)
            exact += Int128(cost) * Int128(1_000_000 + markup.partsPerMillion)
            carry = price.carry
            #expect((0..<1_000_000).contains(carry) && price.micros >= 0)
        }
        #expect(posted == exact / 1_000_000)
        #expect(Int128(carry) == exact % 1_000_000)
    }

    @Test func `a markup of −100 % and below is free, never negative`() throws {
        #expect(try UsagePrice(costMicros: 900, markup: percent(-1_000_000), carry: 0).micros == 0)
        #expect(try UsagePrice(costMicros: 900, markup: percent(-2_000_000), carry: 7).carry == 7)
    }

    @Test func `a price that does not fit is an error and not a wrapped amount`() throws {
        #expect(try UsagePrice(costMicros: .max, markup: .zero, carry: 0).micros == .max)
        let error = #expect(throws: BillingError.self) {
            try UsagePrice(costMicros: .max, markup: percent(1), carry: 0)
        }
        #expect(error?.code == "overflow")
    }
}
