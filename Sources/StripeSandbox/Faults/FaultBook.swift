/// Which calls, events and deliveries are to go wrong: rules given one by one, and a plan drawn from a seed.
struct FaultBook: Sendable {
    /// Matches the nth to the (nth + count - 1)th call that fits; nil fits all.
    struct Rule<Effect: Sendable>: Sendable {
        let id: String
        let effect: Effect
        /// `METHOD /path/{placeholder}` of an operation, or the type of an event.
        let subject: String?
        let account: String?
        var skip: Int64
        var left: Int64

        fileprivate func fits(_ subject: String, _ account: String?) -> Bool {
            left > 0 && (self.subject == nil || self.subject == subject)
                && (self.account == nil || self.account == account)
        }
    }

    var callRules: [Rule<Fault>] = []
    var eventRules: [Rule<EventFault>] = []
    var plan: FaultPlan?
    /// Milliseconds that a control call has put the clock forward.
    var clockOffset: Int64 = 0

    mutating func callFault(on operation: String, of account: String?) -> Fault? {
        take(operation, account, from: \.callRules) ?? plan?.drawCallFault()
    }

    mutating func eventFault(on type: String, of account: String?) -> EventFault? {
        take(type, account, from: \.eventRules) ?? plan?.drawEventFault()
    }

    private mutating func take<Effect>(
        _ subject: String, _ account: String?, from rules: WritableKeyPath<FaultBook, [Rule<Effect>]>
    ) -> Effect? {
        for index in self[keyPath: rules].indices where self[keyPath: rules][index].fits(subject, account) {
            if self[keyPath: rules][index].skip > 0 {
                self[keyPath: rules][index].skip -= 1
                continue
            }
            self[keyPath: rules][index].left -= 1
            return self[keyPath: rules][index].effect
        }
        return nil
    }
}

/// One way in which the news of a change goes wrong.
enum EventFault: Sendable, Equatable {
    /// Stripe fails to make the event: it is neither delivered nor listed.
    case neverGenerated
    /// It is listed, but never delivered.
    case dropped
    case duplicated
    case delayed(milliseconds: Int64)
    /// It waits a little, so that later ones overtake it.
    case reordered
}
