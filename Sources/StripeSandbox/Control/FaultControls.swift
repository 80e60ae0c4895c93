extension World {
    static let faultControls: [Operation] = [
        Operation("GET /_sandbox/faults") { world, _ in world.faultShape },
        Operation("POST /_sandbox/faults") { world, call in
            guard let fault = Fault(call.text("fault") ?? "") else {
                throw StripeError.badParameter("Invalid fault; it is one of: \(Fault.names)", "fault")
            }
            world.faults.callRules.append(world.rule(fault, subject: call.text("operation"), call))
            return world.faultShape
        },
        Operation("DELETE /_sandbox/faults") { world, _ in
            world.faults.callRules = []
            world.faults.eventRules = []
            return world.faultShape
        },
        Operation("POST /_sandbox/event_faults") { world, call in
            guard let kind = FaultPlan.EventKind(rawValue: call.text("fault") ?? "") else {
                throw StripeError.badParameter("Invalid fault", "fault")
            }
            let fault: EventFault =
                switch kind {
                case .never: .neverGenerated
                case .drop: .dropped
                case .duplicate: .duplicated
                case .delay: .delayed(milliseconds: (call.whole("delay_seconds") ?? 60) * 1_000)
                case .reorder: .reordered
                }
            world.faults.eventRules.append(world.rule(fault, subject: call.text("type"), call))
            return world.faultShape
        },
        Operation("POST /_sandbox/plan") { world, call in
            world.faults.plan = try FaultPlan(call)
            return world.faultShape
        },
        Operation("DELETE /_sandbox/plan") { world, _ in
            world.faults.plan = nil
            return world.faultShape
        },
    ]

    private mutating func rule<Effect>(_ effect: Effect, subject: String?, _ call: Call) -> FaultBook.Rule<Effect> {
        FaultBook.Rule(
            id: makeID("fault_", 12), effect: effect, subject: subject, account: call.text("account"),
            skip: max(1, call.whole("nth") ?? 1) - 1, left: call.whole("count") ?? 1)
    }

    private var faultShape: JSON {
        let calls = faults.callRules.map { rule -> JSON in
            [
                "id": .string(rule.id), "fault": .string(rule.effect.name), "operation": .text(rule.subject),
                "account": .text(rule.account), "skip": .int(rule.skip), "left": .int(rule.left),
            ]
        }
        let events = faults.eventRules.map { rule -> JSON in
            [
                "id": .string(rule.id), "fault": .string(rule.effect.name), "type": .text(rule.subject),
                "account": .text(rule.account), "skip": .int(rule.skip), "left": .int(rule.left),
            ]
        }
        return [
            "calls": .array(calls), "events": .array(events),
            "plan_seed": .whole(faults.plan.map { Int64(bitPattern: $0.seed) }),
        ]
    }
}

extension EventFault {
    var name: String {
        switch self {
        case .neverGenerated: "never"
        case .dropped: "drop"
        case .duplicated: "duplicate"
        case .delayed: "delay"
        case .reordered: "reorder"
        }
    }
}

extension FaultPlan {
    /// A plan from the form of a control call: `calls[timeout-after]=20`, `events[drop]=200`, in a thousand.
    fileprivate init(_ call: Call) throws {
        self.init(seed: UInt64(bitPattern: call.whole("seed") ?? 0))
        for member in call["calls"]?.object?.members ?? [] {
            guard let fault = Fault(member.key) else {
                throw StripeError.badParameter("Invalid fault; it is one of: \(Fault.names)", "calls[\(member.key)]")
            }
            calls.append((fault, member.value.int ?? 0))
        }
        for member in call["events"]?.object?.members ?? [] {
            guard let kind = EventKind(rawValue: member.key) else { continue }
            events.append((kind, member.value.int ?? 0))
        }
        if let longest = call.whole("longest_delay_seconds") { longestDelayMilliseconds = longest * 1_000 }
    }
}
