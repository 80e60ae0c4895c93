import Billing

/// A wallet out of which money is taken back, as a child would keep it: every movement looks at every lot, and what is
/// owed is a number.
struct NaiveMoneyBack {
    struct Lot: Equatable {
        let name: String
        let priority: Int
        /// When it was made, in milliseconds; of two of one moment the one with the smaller name is spent first.
        let at: Int64
        let amount: Int64
        var remaining: Int64
        var claimed: Int64 = 0

        var frozen: Int64 { min(remaining, claimed) }
    }

    /// A refund or a dispute, as far as it was heard of.
    struct Claim {
        let lot: String
        var micros: Int64
    }

    private(set) var lots: [Lot] = []
    private(set) var accrued: Int64 = 0
    private(set) var receivable: Int64 = 0
    private var claims: [String: Claim] = [:]
    /// Movements that were booked, by Stripe's names.
    private var booked: Set<String> = []

    var wallet: Int64 { lots.reduce(0) { $0 + $1.remaining } }
    var frozen: Int64 { lots.reduce(0) { $0 + $1.frozen } }

    func knows(_ movement: String) -> Bool { booked.contains(movement) }
    func has(lot name: String) -> Bool { lots.contains { $0.name == name } }

    mutating func fill(_ name: String, priority: Int, _ micros: Int64, at: Int64) {
        guard !has(lot: name) else { return }
        lots.append(Lot(name: name, priority: priority, at: at, amount: micros, remaining: micros))
        settle()
    }

    mutating func use(_ micros: Int64) { accrued += micros - spend(micros) }

    /// What may yet be taken of a lot, by that refund or dispute.
    mutating func claim(_ micros: Int64, of lot: String, by name: String) {
        claims[name] = Claim(lot: lot, micros: micros)
        for place in lots.indices {
            lots[place].claimed = claims.values.filter { $0.lot == lots[place].name }.reduce(0) { $0 + $1.micros }
        }
        settle()
    }

    /// - Parameter left: what the same refund or dispute may take yet.
    mutating func take(_ micros: Int64, of lot: String, as movement: String, by name: String, left: Int64) {
        guard booked.insert(movement).inserted else { return }
        var rest = micros
        if let place = lots.firstIndex(where: { $0.name == lot }) {
            let part = min(rest, lots[place].remaining)
            lots[place].remaining -= part
            rest -= part
        }
        receivable += rest
        claim(left, of: lot, by: name)
    }

    /// - Parameter new: the name and the moment of the lot that is made of what no lot has room for, by its amount.
    mutating func restore(
        _ micros: Int64, to lot: String, as movement: String, by name: String, left: Int64,
        new: (_ micros: Int64) -> (name: String, at: Int64)
    ) {
        guard booked.insert(movement).inserted else { return }
        var rest = micros
        if let place = lots.firstIndex(where: { $0.name == lot }) {
            let part = min(rest, lots[place].amount - lots[place].remaining)
            lots[place].remaining += part
            rest -= part
        }
        if rest > 0 {
            let made = new(rest)
            lots.append(Lot(name: made.name, priority: 100, at: made.at, amount: rest, remaining: rest))
        }
        claim(left, of: lot, by: name)
    }

    private mutating func settle() {
        let ofAccrued = spend(accrued)
        accrued -= ofAccrued
        guard accrued == 0 else { return }
        receivable -= spend(receivable)
    }

    /// - Returns: how much of it could be spent.
    private mutating func spend(_ micros: Int64) -> Int64 {
        var left = micros
        let order = lots.indices.sorted {
            (lots[$0].priority, lots[$0].at, lots[$0].name) < (lots[$1].priority, lots[$1].at, lots[$1].name)
        }
        for place in order where left > 0 {
            let part = min(left, lots[place].remaining - lots[place].frozen)
            lots[place].remaining -= part
            left -= part
        }
        return micros - left
    }
}
