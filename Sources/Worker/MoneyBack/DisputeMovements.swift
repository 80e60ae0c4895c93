import Foundation
import Stripe

/// What each of a dispute's lines moves, in the currency of the payment.
///
/// A line in that currency says it itself. An account that settles in another one is told what was converted, at the
/// rate of that day: the rate may be another one at the withdrawal, at the reinstatement and at what follows in an
/// appeal, so two amounts that differ may stand for the same money. What is disputed is withdrawn as a whole, and what
/// is won comes back as a whole, as does what a line's own rate says is the whole. Else a part comes back, by that rate
/// or, where Stripe tells none, by the rate of the withdrawal.
struct DisputeMovements {
    struct Movement {
        let line: BalanceTransaction
        /// Minor units of the dispute: above zero what is withdrawn, below zero what comes back.
        let amount: Int64
    }

    private let told: Stripe.Dispute
    /// All that moved money, in the order in which they did.
    private let lines: [BalanceTransaction]
    private var amounts: [String: Int64]
    private var withdrawn: Int64

    /// - Parameters:
    ///   - withdrawn: what the bank holds by the lines in `known`.
    ///   - known: the amounts of lines that are in the books, by the lines' ids.
    init(_ told: Stripe.Dispute, withdrawn: Int64, known: [String: Int64]) {
        self.told = told
        self.withdrawn = withdrawn
        amounts = known
        lines = Self.lines(of: told)
    }

    static func lines(of told: Stripe.Dispute) -> [BalanceTransaction] {
        (told.balanceTransactions ?? []).filter { $0.amount != 0 }
            .sorted { ($0.created, $0.amount) < ($1.created, $1.amount) }
    }

    /// What is not in the books. A line that gives back what nobody has taken is left out where nothing says how much
    /// of the payment it is: it lies on suspense until somebody looks at it, or Stripe tells the rest.
    var news: [Movement] {
        var rest = self
        return lines.indices.compactMap { rest.take($0) }
    }

    private mutating func take(_ place: Int) -> Movement? {
        let line = lines[place]
        guard amounts[line.id] == nil, let amount = amount(of: place) else { return nil }
        amounts[line.id] = amount
        withdrawn = Int64(clamping: Int128(withdrawn) + Int128(amount))
        return Movement(line: line, amount: amount)
    }

    private func amount(of place: Int) -> Int64? {
        let line = lines[place]
        if line.currency == told.currency { return Int64(clamping: -Int128(line.amount)) }
        if line.amount < 0 { return withdrawn <= 0 ? told.amount : share(of: place) ?? told.amount }
        guard withdrawn > 0 else { return nil }
        return comesBackWhole(place) ? -withdrawn : part(of: place).map { max($0, -withdrawn) }
    }

    /// By what is won last, by what is withdrawn once more, and by the rate that Stripe tells.
    private func comesBackWhole(_ place: Int) -> Bool {
        let next = lines.index(after: place)
        if next == lines.endIndex ? told.status == .won : lines[next].amount < 0 { return true }
        guard let rate = lines[place].exchangeRate else { return false }
        // Stripe has rounded the amount, and it may have rounded the rate.
        return (Decimal(withdrawn) * rate - Decimal(lines[place].amount)).magnitude <= 1
    }

    private func part(of place: Int) -> Int64? {
        guard let rate = lines[place].exchangeRate, rate > 0 else { return share(of: place) }
        var (exact, rounded) = (Decimal(lines[place].amount) / rate, Decimal())
        NSDecimalRound(&rounded, &exact, 0, .plain)
        return -NSDecimalNumber(decimal: rounded).int64Value
    }

    /// As much of the withdrawal before it as the two lines' amounts say.
    private func share(of place: Int) -> Int64? {
        guard let before = lines[..<place].last(where: { $0.amount < 0 }), let taken = amounts[before.id] else {
            return nil
        }
        let share = Int128(taken) * Int128(lines[place].amount)
        let whole = Int128(before.amount)
        return Int64(clamping: (share + Int128(whole.magnitude) * (share < 0 ? -1 : 1) / 2) / whole)
    }
}
