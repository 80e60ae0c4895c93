import Billing
import Testing

@Suite struct ApportionmentTests {
    @Test(arguments: [UInt64](1...200))
    func `parts add up to the whole, and none is a micro or more off its share`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
            Int128(Int64.random(in: -5...1_000_000_000, using: &generator))
        }
        let amount = Int128(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator))
        let whole = weights.reduce(0) { $0 + max(0, $1) }
        let parts = try #require(try Apportionment.split(amount, by: weights + [1]))
        #expect(parts.reduce(0, +) == amount)
        for (part, weight) in zip(parts, weights) {
            let distance = part * (whole + 1) - amount * max(0, weight)
            #expect(distance.magnitude < UInt128(whole + 1))
        }
    }

    @Test func `what rounding leaves goes to those who lost most, the first of them first`() throws {
        #expect(try Apportionment.split(10, by: [1, 1, 1]) == [4, 3, 3])
        #expect(try Apportionment.split(-10, by: [1, 1, 1]) == [-4, -3, -3])
        #expect(try Apportionment.split(100, by: [5, 1, 1]) == [72, 14, 14])
        #expect(try Apportionment.split(7, by: [-3, 0, 2]) == [0, 0, 7])
    }

    @Test func `nothing can be split over nothing`() throws {
        #expect(try Apportionment.split(5, by: []) == nil)
        #expect(try Apportionment.split(5, by: [0, -1]) == nil)
    }

    @Test func `what does not fit is an error`() {
        #expect {
            try Apportionment.split(.max, by: [2, 1])
        } throws: { ($0 as? BillingError)?.code == "overflow" }
    }
}
