import Ledger
import Storage

/// Whether charges that were not paid at once were followed as their accounts agreed to.
extension Simulation {
    /// What must hold of tries at every moment.
    func judgeTries() async throws {
        let rows = try await house.database.read { tx in try DunningRows(in: tx) }
        for charge in rows.charges { try charge.judgeTries() }
        figures.invariants += rows.charges.reduce(0) { $0 + $1.tries.count }
    }

    /// What must hold of every charge when nothing is under way.
    func judgeDunning() async throws {
        try await judgeTries()
        let now = house.clock.workers.millisecondsSince1970
        let rows = try await house.database.read { tx in try DunningRows(in: tx) }
        for charge in rows.charges {
            try charge.judgeStanding(at: now)
            try rows.judgeEnd(of: charge)
        }
        try rows.judgeBlocked()
        try rows.judgeOwing()
        try rows.judgeAnew(asked: market.askedCharges)
        figures.givenUp += rows.charges.count { $0.endedAt != nil }
        figures.invariants += rows.charges.count * 2
    }
}

private let day: Int64 = 86_400_000

extension DunningRows.Followed {
    fileprivate func judgeTries() throws {
        guard tries.map(\.number) == Array(1...max(1, count)) else {
            throw Breach("each try is written down", "\(id) counts \(count), and there are \(tries.map(\.number))")
        }
        let times = tries.map(\.at).sorted()
        for (first, sixteenth) in zip(times, times.dropFirst(15)) where sixteenth - first < 30 * day {
            throw Breach("15 tries in 30 days at most", "\(id) was tried for the 16th time \(sixteenth - first) ms on")
        }
        for (place, made) in tries.enumerated() { try judge(made, after: Array(tries[..<place])) }
    }

    /// What Bursar did by itself.
    private func judge(_ made: DunningRows.Try, after earlier: [DunningRows.Try]) throws {
        guard made.isScheduled || made.origin == "new_method", let last = earlier.last else { return }
        if let hopeless = earlier.first(where: { $0.method == made.method && $0.isHopeless }) {
            throw Breach(
                "a card that will not work is left alone",
                "try \(made.number) of \(id) is with the card of try \(hopeless.number)")
        }
        guard last.outcome == "declined" || last.outcome == "requires_action" else {
            throw Breach("only what failed is tried again", "try \(made.number) of \(id)")
        }
        guard made.isScheduled else {
            guard made.method != last.method else {
                throw Breach("a new card is another", "try \(made.number) of \(id) has the card of the one before")
            }
            return
        }
        let used = earlier.count { $0.isScheduled || $0.origin == "request" }
        guard used < agreed.retryDays.count, made.at >= (last.endedAt ?? last.at) + agreed.retryDays[used] * day else {
            throw Breach("a schedule is kept", "try \(made.number) of \(id) is early or too many")
        }
    }

    /// It comes to its end: who is not there yet has a time at which it goes on, and that time is bounded.
    fileprivate func judgeStanding(at now: Int64) throws {
        guard isOpen else {
            guard dueAt == nil else { throw Breach("what is over is not followed", "\(id) is \(status)") }
            return
        }
        guard let since, let last = tries.last else {
            throw Breach("every failing charge is followed", "\(id) is \(status), and has no beginning")
        }
        guard endedAt == nil else { return }
        guard let dueAt, let wait else {
            throw Breach("every failing charge comes to its end", "\(id) is \(status), and nothing is to come")
        }
        let deadline = since + agreed.giveUpDays * day
        let longest = max(last.endedAt ?? last.at, since) + (agreed.retryDays.max() ?? 0) * day
        // What Stripe cannot do now is looked at again within an hour.
        let latest = max(wait == "customer" ? deadline : longest, now + 3_600_000)
        guard dueAt <= latest || tries.count >= 15 else {
            throw Breach("every failing charge comes to its end", "\(id) waits until \(dueAt), and not \(latest)")
        }
    }
}

extension DunningRows {
    /// Clocks err by a day, and what was done at one time may seem to be before another.
    private static let clockError = 2 * day

    /// The end came for its reason, and what the account agreed on was done.
    fileprivate func judgeEnd(of charge: Followed) throws {
        guard let ended = charge.endedAt, let since = charge.since else { return }
        let agreed = charge.agreed
        let used = charge.tries.count { $0.isScheduled || $0.origin == "request" }
        let isTrue =
            charge.endReason == "retries_used"
            ? used >= agreed.retryDays.count : ended >= since + agreed.giveUpDays * day
        guard isTrue else {
            throw Breach("the end has its reason", "\(charge.id): \(charge.endReason ?? "none"), after \(used) tries")
        }
        switch agreed.atEnd {
        case "block" where charge.isOpen:
            let letIn = letIn[charge.customer].map { $0 >= ended - Self.clockError } ?? false
            guard blocked[charge.customer] != nil || letIn else {
                throw Breach("who did not pay is blocked", "\(charge.customer), who owes \(charge.id)")
            }
        case "cancel":
            guard charge.status == "paid" || (charge.status == "canceled" && charge.isReleased) else {
                throw Breach("what is given up is owed as before", "\(charge.id) is \(charge.status)")
            }
        default: break
        }
    }

    /// Nobody is blocked for a charge that was paid after all, or that was not given up.
    fileprivate func judgeBlocked() throws {
        for charge in charges where blocked[charge.customer] == "charge \(charge.id) was not paid" {
            guard charge.endedAt != nil, charge.status != "paid" else {
                throw Breach("a payment lets in again", "\(charge.customer) is blocked for \(charge.id)")
            }
        }
    }

    /// Nobody is let in by a rule who owes for a payment that was taken back, whatever else they have paid.
    fileprivate func judgeOwing() throws {
        if let inside = owingInside.first(where: { letIn[$0] == nil }) {
            throw Breach("who owes for what was taken back is kept out", inside)
        }
    }

    /// What was given up is not begun anew with the same card, unless the merchant asks.
    fileprivate func judgeAnew(asked: Set<String>) throws {
        for own in Dictionary(grouping: charges, by: \.customer).values {
            for (former, next) in zip(own, own.dropFirst()) where former.endedAt != nil && former.status == "canceled" {
                guard let first = next.tries.first, !asked.contains(next.id) else { continue }
                if former.tries.contains(where: { $0.method == first.method }) {
                    throw Breach("what is given up is not begun anew", "\(next.id) has a card of \(former.id)")
                }
            }
        }
    }
}
