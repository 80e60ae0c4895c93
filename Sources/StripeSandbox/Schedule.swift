/// What Stripe will do by itself, and when.
struct Schedule: Sendable {
    enum Step: Sendable, Equatable {
        case settle(intent: String, account: String, failure: String?)
        case expire(session: String, account: String)
        case finish(refund: String, account: String, failure: String?)
        case dispute(charge: String, account: String, reason: String, isInquiry: Bool)
    }

    private var steps: [(due: Int64, step: Step)] = []

    var nextDue: Int64? { steps.first?.due }

    mutating func add(_ step: Step, due: Int64) {
        let place = steps.firstIndex { $0.due > due } ?? steps.count
        steps.insert((due, step), at: place)
    }

    mutating func takeDue(at now: Int64) -> (due: Int64, step: Step)? {
        guard let first = steps.first, first.due <= now else { return nil }
        return steps.removeFirst()
    }
}

extension World {
    /// Lets the time come, and everything that was to happen until then, each at its own time. Time never goes back.
    mutating func advance(to time: Int64) {
        while let (due, step) = schedule.takeDue(at: time) {
            now = max(now, due)
            cause = Cause()
            run(step)
        }
        now = max(now, time)
    }

    private mutating func run(_ step: Schedule.Step) {
        switch step {
        case .settle(let intent, let account, let failure): settle(intent, of: account, failure: failure)
        case .expire(let session, let account): expire(session, of: account)
        case .finish(let refund, let account, let failure):
            guard self[account].refunds[refund]?.status != .requiresAction else { return }
            finish(refund, of: account, failure: failure)
        case .dispute(let charge, let account, let reason, let isInquiry):
            openDispute(of: charge, account: account, amount: nil, reason: reason, isInquiry: isInquiry)
        }
    }
}
