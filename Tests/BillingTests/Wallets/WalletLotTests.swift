import Billing
import Ledger
import Testing

@Suite struct WalletLotTests {
    private func lot(_ id: String, priority: Int64 = 100, expires: Int64? = nil, made: Int64 = 0) -> WalletLot {
        WalletLot(
            id: WalletLot.ID(stored: id), kind: .paid, priority: priority,
            expiresAt: expires.map(Instant.init(secondsSince1970:)), remainingMicros: 1,
            createdAt: Instant(secondsSince1970: made))
    }

    @Test func `lots are spent by priority, then expiry, never last, then age`() {
        let order = [
            lot("g", priority: 10, made: 9), lot("f", priority: 50, expires: 5, made: 8),
            lot("e", priority: 50, expires: 6, made: 1), lot("d", priority: 50, made: 2),
            lot("c", priority: 50, made: 3),
            lot("a", made: 0), lot("b", made: 0),
        ]
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            #expect(order.shuffled(using: &random).sorted(by: WalletLot.isSpentBefore) == order)
        }
    }

    @Test func `a lot is worth nothing from its expiry on`() {
        let end = Instant(secondsSince1970: 5)
        #expect(lot("a", expires: 5).isExpired(at: end) && !lot("a").isExpired(at: end))
        #expect(!lot("a", expires: 5).isExpired(at: end.adding(milliseconds: -1)))
    }
}
