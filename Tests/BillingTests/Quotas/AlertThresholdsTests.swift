import Billing
import Testing

@Suite struct AlertThresholdsTests {
    private let usual = AlertThresholds.usual

    @Test func `a percentage is crossed when it is reached, and not again`() {
        #expect(usual.crossed(from: 0, to: 49, of: 100) == [])
        #expect(usual.crossed(from: 49, to: 50, of: 100) == [50])
        #expect(usual.crossed(from: 50, to: 79, of: 100) == [])
        #expect(usual.crossed(from: 0, to: 1_000, of: 100) == [50, 80, 100])
        #expect(usual.crossed(from: 100, to: 40, of: 100) == [])
        #expect(usual.crossed(from: 0, to: 1, of: 0) == [50, 80, 100] && usual.crossed(from: 0, to: 0, of: 0) == [])
        #expect(AlertThresholds([150, 80, 150]).percents == [80, 150])
    }

    @Test func `in however many steps a budget is used up, each percentage is told of once`() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let limit = Int64.random(in: 1...1_000, using: &random)
            var (used, told) = (Int64(0), [Int64]())
            while used < limit * 2 {
                let next = used + Int64.random(in: 0...limit, using: &random)
                told += usual.crossed(from: used, to: next, of: limit)
                used = next
            }
            #expect(told == [50, 80, 100], "seed \(seed)")
        }
    }

    @Test func `a wallet is told of by what is spent since it was filled`() {
        #expect(usual.crossed(base: 1_000, balanceFrom: 1_000, to: 501) == [])
        #expect(usual.crossed(base: 1_000, balanceFrom: 501, to: 200) == [50, 80])
        #expect(usual.crossed(base: 1_000, balanceFrom: 1, to: -5) == [100])
        #expect(usual.crossed(base: 0, balanceFrom: 0, to: -5) == [])
        #expect(usual.crossed(base: .max, balanceFrom: .max, to: .min) == [50, 80, 100])
    }

    @Test func `a balance becomes low once`() {
        #expect(!AlertThresholds.hasBecomeLow(balanceFrom: 30, to: 21, low: 20))
        #expect(AlertThresholds.hasBecomeLow(balanceFrom: 21, to: 20, low: 20))
        #expect(!AlertThresholds.hasBecomeLow(balanceFrom: 20, to: 5, low: 20))
        #expect(AlertThresholds.hasBecomeLow(balanceFrom: 1, to: 0, low: 0))
    }
}
