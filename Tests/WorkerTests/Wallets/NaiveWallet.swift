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

    /// What one use came to.
    struct Use {
        let price: Int64
        var taken: [WalletLot.ID: Int64] = [:]
    }

    private(set) var lots: [Lot] = []
    private(set) var accrued: Int64 = 0
    private(set) var cameIn: Int64 = 0
    private(set) var spent: Int64 = 0
    private(set) var promotions: Int64 = 0
    private(set) var breakage: Int64 = 0

    var remaining: Int64 { lots.reduce(0) { $0 + $1.remaining } }

    mutating func add(
        _ id: WalletLot.ID, _ kind: WalletLot.Kind, _ priority: Int64, _ expiresAt: Instant?, _ micros: Int64
    ) {
        lots.append(
            Lot(
                id: id, kind: kind, priority: priority, expiresAt: expiresAt, age: lots.count, remaining: micros))
        cameIn += micros
        if kind == .promotional { promotions += micros }
    }

    mutating func settle() {
        let amount = min(accrued, remaining)
        accrued -= amount
        _ = take(amount)
    }

    mutating func use(_ price: Int64) -> Use {
        let fromWallet = min(price, remaining)
        accrued += price - fromWallet
        return Use(price: price, taken: take(fromWallet))
    }

    /// - Returns: what has to become a new lot.
    mutating func giveBack(_ price: Int64, of use: Use) -> Int64 {
        let fromAccrued = min(price, accrued)
        accrued -= fromAccrued
        var left = price - fromAccrued
        for place in order.reversed() where left > 0 {
            let part = min(left, use.taken[lots[place].id] ?? 0)
            lots[place].remaining += part
            spent -= part
            left -= part
        }
        return left
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
