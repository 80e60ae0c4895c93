import Billing
import Ledger

/// A wallet as a child would keep it: every movement looks at every lot, and nothing is remembered that can be counted.
struct NaiveWallet {
    struct Lot {
        let id: WalletLot.ID
        let kind: WalletLot.Kind
        let priority: Int64
        let expiresAt: Instant?
        /// The place among all lots that were ever made.
        let age: Int
        var remaining: Int64
    }

    /// What one use came to, or what was settled of what had accrued; in the order in which they happened.
    struct Payment {
        let price: Int64
        var taken: [WalletLot.ID: Int64]
        /// What was owed afterwards, where something was settled.
        var left: Int64?
    }

    private(set) var lots: [Lot] = []
    private(set) var payments: [Payment] = []
    private(set) var accrued: Int64 = 0
    private(set) var cameIn: Int64 = 0
    private(set) var spent: Int64 = 0
    private(set) var promotions: Int64 = 0
    private(set) var breakage: Int64 = 0

    var remaining: Int64 { lots.reduce(0) { $0 + $1.remaining } }

    mutating func add(
        _ id: WalletLot.ID, _ kind: WalletLot.Kind, _ priority: Int64, _ expiresAt: Instant?, _ micros: Int64,
        isGrant: Bool = true
    ) {
        lots.append(
            Lot(
                id: id, kind: kind, priority: priority, expiresAt: expiresAt, age: lots.count, remaining: micros))
        cameIn += micros
        if kind == .promotional, isGrant { promotions += micros }
    }

    mutating func settle() {
        let amount = min(accrued, remaining)
        guard amount > 0 else { return }
        accrued -= amount
        payments.append(Payment(price: amount, taken: take(amount), left: accrued))
    }

    /// Several prices at once.
    /// - Returns: the place of the use among the payments.
    mutating func use(_ prices: [Int64]) -> Int {
        let taken = prices.map { price in
            let fromWallet = min(price, remaining)
            accrued += price - fromWallet
            return take(fromWallet)
        }
        let whole = taken.reduce(into: [:]) { sums, part in sums.merge(part, uniquingKeysWith: +) }
        payments.append(Payment(price: prices.reduce(0, +), taken: whole))
        return payments.count - 1
    }

    /// - Returns: what has to become a new lot.
    mutating func giveBack(_ price: Int64, of use: Int) -> Int64 {
        let settled = payments.indices.filter { payments[$0].left != nil }
        let (before, after) = (settled.filter { $0 < use }, settled.filter { $0 > use })
        var left = price
        returnToLots(&left, of: use)
        lowerOwed(&left, by: after.compactMap { payments[$0].left }.min() ?? accrued)
        for place in after { returnToLots(&left, of: place) }
        lowerOwed(&left, by: accrued)
        for place in before.reversed() { returnToLots(&left, of: place) }
        return left
    }

    private mutating func lowerOwed(_ left: inout Int64, by most: Int64) {
        let part = min(left, accrued, most)
        accrued -= part
        left -= part
    }

    private mutating func returnToLots(_ left: inout Int64, of payment: Int) {
        for place in order.reversed() where left > 0 {
            let part = min(left, payments[payment].taken[lots[place].id] ?? 0)
            lots[place].remaining += part
            payments[payment].taken[lots[place].id, default: 0] -= part
            spent -= part
            left -= part
        }
    }

    mutating func expire(at now: Instant) {
        for place in lots.indices {
            guard let expiry = lots[place].expiresAt, expiry <= now else { continue }
            if lots[place].kind == .promotional {
                promotions -= lots[place].remaining
            } else {
                breakage += lots[place].remaining
            }
            cameIn -= lots[place].remaining
            lots[place].remaining = 0
        }
    }

    private var order: [Int] {
        lots.indices.sorted { left, right in
            let (a, b) = (lots[left], lots[right])
            if a.priority != b.priority { return a.priority < b.priority }
            if a.expiresAt != b.expiresAt {
                guard let first = a.expiresAt else { return false }
                guard let second = b.expiresAt else { return true }
                return first < second
            }
            return a.age < b.age
        }
    }

    private mutating func take(_ micros: Int64) -> [WalletLot.ID: Int64] {
        var (left, taken) = (micros, [WalletLot.ID: Int64]())
        for place in order where left > 0 {
            let part = min(left, lots[place].remaining)
            guard part > 0 else { continue }
            lots[place].remaining -= part
            taken[lots[place].id] = part
            left -= part
        }
        spent += micros
        return taken
    }
}
