import Billing
import Ledger
import Testing

@Suite struct HoldTests {
    @Test(arguments: Hold.Status.allCases)
    func `what is not held any more stays as it is`(status: Hold.Status) {
        #expect(Hold.Status.held.after(status) == status)
        if status != .held { for next in Hold.Status.allCases { #expect(status.after(next) == status) } }
    }

    @Test func `a hold expires at its moment, whoever has looked`() {
        let now = Instant(secondsSince1970: 1_000)
        var hold = Hold(
            id: Hold.ID(stored: "bhld_1"), account: ConnectedAccount.ID(stored: "bacc_1"),
            customer: Customer.ID(stored: "bcus_1"), heldMicros: 5, heldCostMicros: 4, heldTokens: 3, estimate: "{}",
            expiresAt: now, createdAt: now.adding(seconds: -600))
        #expect(hold.status(at: now.adding(milliseconds: -1)) == .held && hold.status(at: now) == .expired)
        #expect(hold.amounts == LimitAmounts(requests: 1, tokens: 3, costMicros: 4, spendMicros: 5))
        hold.status = .captured
        #expect(hold.status(at: now) == .captured)
    }

    @Test(
        arguments: [
            (100, 1_000_000, 200), (100, 0, 100), (101, 500_000, 151), (3, 333_333, 3), (0, 1_000_000, 0),
            (.max, 1_000_000, .max), (1, -5, 1),
        ] as [(Int64, Int64, Int64)])
    func `a capture goes up to the hold and the percentage of it, rounded down`(
        hold: Int64, partsPerMillion: Int64, largest: Int64
    ) {
        let bound = CaptureBound(abovePercent: Percent(partsPerMillion: partsPerMillion))
        #expect(bound.largestCapture(ofHold: hold) == largest)
    }

    /// Whoever holds and captures, at random or as badly as the rules allow, cannot get a wallet further below zero
    /// than the formula says; and some do get it there.
    @Test func `no holds and captures bring a wallet further below zero than the bound, and some bring it there`() {
        var reached = 0
        for seed in 0..<3_000 as Range<UInt64> {
            var play = WalletPlay(seed: seed)
            for _ in 0..<60 {
                play.step()
                #expect(-play.wallet <= play.bound, "seed \(seed)")
                if play.wallet < 0, -play.wallet == play.bound { reached += 1 }
            }
        }
        #expect(reached > 100)
    }
}

/// One wallet, held and captured by somebody who has a mind to overdraw it.
private struct WalletPlay {
    private var random: SeededGenerator
    private let rule: CaptureBound
    private(set) var wallet: Int64
    private var holds: [Int64] = []
    /// By the holds in flight when the last one was made, and what has expired since.
    private(set) var bound: Int64 = 0
    private var inFlight: [Int64] = []
    private var expired: Int64 = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let percents: [Int64] = [0, 100_000, 333_333, 1_000_000, 2_500_000]
        rule = CaptureBound(
            abovePercent: Percent(partsPerMillion: percents.randomElement(using: &random) ?? 0))
        wallet = .random(in: 0...1_000, using: &random)
    }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: hold()
        case 4..<7: settle { $0.rule.largestCapture(ofHold: $1) }
        case 7: settle { play, hold in .random(in: 0...play.rule.largestCapture(ofHold: hold), using: &play.random) }
        case 8: settle { _, _ in 0 }
        default: Bool.random(using: &random) ? fill() : expire()
        }
        bound = rule.largestOverdraft(holds: inFlight, expiring: expired)
    }

    private mutating func hold() {
        let available = wallet - holds.reduce(0, +)
        let estimate = Int64.random(in: 1...max(1, available), using: &random)
        guard estimate <= available else { return }
        holds.append(estimate)
        (inFlight, expired) = (holds, 0)
    }

    private mutating func settle(_ amount: (inout WalletPlay, Int64) -> Int64) {
        guard let place = holds.indices.randomElement(using: &random) else { return }
        wallet -= amount(&self, holds.remove(at: place))
    }

    private mutating func fill() { wallet += .random(in: 0...50, using: &random) }

    private mutating func expire() {
        let micros = Int64.random(in: 0...max(0, wallet), using: &random)
        wallet -= micros
        expired += micros
    }
}
