import Billing
import Testing

@Suite struct AlertThresholdsTests {
    private let usual = AlertThresholds.usual

    @Test func `the highest percentage is told that is reached`() {
        #expect(usual.reached(by: 49, of: 100) == nil && usual.reached(by: 50, of: 100) == 50)
        #expect(usual.reached(by: 79, of: 100) == 50 && usual.reached(by: 80, of: 100) == 80)
        #expect(usual.reached(by: 1_000, of: 100) == 100 && usual.reached(by: .max, of: .max) == 100)
        #expect(usual.reached(by: 1, of: 0) == 100 && usual.reached(by: 0, of: 0) == nil)
        #expect(AlertThresholds([150, 80, 150]).percents == [80, 150])
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
