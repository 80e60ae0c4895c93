/// Every fault of Stripe's wire at every request of the story, at its first to third attempt; and every request whose
/// answer is lost and whose caller only hears of it around the time at which Stripe forgets the idempotency key.
public struct WireSweep: Sendable {
    public private(set) var requests = 0
    public private(set) var tellings = 0
    public private(set) var failures: [CrashSweep.Failure] = []
    private let honest: CrashStory.Telling

    /// Around the day for which Stripe keeps a key.
    static let lateSeconds: [Int64] = [86_340, 86_460, 172_800]

    /// - Throws: `Breach`, when the story does not even hold where nothing goes wrong.
    public init() async throws {
        honest = await CrashStory.tell()
        if let breach = honest.breach { throw breach }
        requests = honest.points.requests
    }

    /// - Parameter every: 1 for all; 2 for every second telling, and so on.
    public mutating func faults(every: Int, progress: (Int) -> Void = { _ in }) async {
        let plans = (1...max(1, requests)).flatMap { request in
            WireFault.all.flatMap { fault in
                (1...3).map { PlannedFault(fault: fault, from: request, count: $0) }
            }
        }
        await tell(plans, every, isSameJournal: true, progress)
    }

    /// The journal may be another: within two days holds expire.
    public mutating func lateAnswers(every: Int, progress: (Int) -> Void = { _ in }) async {
        let plans = (1...max(1, requests)).flatMap { request in
            ["timeout-before", "timeout-after"].flatMap { fault in
                Self.lateSeconds.map {
                    PlannedFault(fault: .named(fault), from: request, count: 1, seconds: $0)
                }
            }
        }
        await tell(plans, every, isSameJournal: false, progress)
    }

    private mutating func tell(
        _ plans: [PlannedFault], _ every: Int, isSameJournal: Bool, _ progress: (Int) -> Void
    ) async {
        for (place, plan) in plans.enumerated() where place % max(1, every) == 0 {
            let telling = await CrashStory.tell(fault: plan)
            tellings += 1
            progress(tellings)
            var breach = telling.breach
            if breach == nil, isSameJournal, let theirs = telling.journal, let honest = honest.journal,
                let difference = theirs.difference(from: honest)
            {
                breach = Breach("the journal of the run without a fault", difference)
            }
            guard let breach else { continue }
            failures.append(CrashSweep.Failure(point: plan.name, breach: breach))
        }
    }

    /// One telling, as `point` of a failure names it.
    /// - Returns: `false` where the name is none.
    public mutating func repeated(_ name: String) async -> Bool {
        guard let plan = PlannedFault(name) else { return false }
        await tell([plan], 1, isSameJournal: plan.seconds == 0) { _ in }
        return true
    }
}

extension PlannedFault {
    /// `13:html-200-before:3:0`: from which request on, what, how often, and after how many seconds it is heard of.
    var name: String { "\(from):\(fault.name):\(count):\(seconds)" }

    init?(_ name: String) {
        let parts = name.split(separator: ":").map(String.init)
        guard parts.count == 4, let from = Int(parts[0]), let count = Int(parts[2]), let seconds = Int64(parts[3]),
            let fault = WireFault.all.first(where: { $0.name == parts[1] }), from >= 1, count >= 1, seconds >= 0
        else { return nil }
        self.init(fault: fault, from: from, count: count, seconds: seconds)
    }
}
