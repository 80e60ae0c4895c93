/// Every fault of Stripe's wire at every request of the story, at its first to third attempt; and every request whose
/// answer is lost and whose caller only hears of it around the time at which Stripe forgets the idempotency key.
public struct WireSweep: Sendable {
    /// The fault of one telling.
    public struct Case: Sendable, Hashable {
        let fault: PlannedFault

        init(_ fault: PlannedFault) { self.fault = fault }

        /// The one that `name` says, such as `13:timeout-after:1:86460`.
        public init?(_ name: String) {
            guard let fault = PlannedFault(name) else { return nil }
            self.fault = fault
        }

        /// What repeats it: the argument of `rehearse wire --at`.
        public var name: String { fault.name }
    }

    /// How many the story makes.
    public let requests: Int
    private let honest: JournalShape

    /// Around the day for which Stripe keeps a key.
    static let lateSeconds: [Int64] = [86_340, 86_460, 172_800]

    /// - Throws: `Breach`, when the story does not even hold where nothing goes wrong.
    public init() async throws {
        let telling = await CrashStory.tell()
        honest = try telling.soundJournal
        requests = max(1, telling.points.requests)
    }

    public var faults: [Case] {
        (1...requests).flatMap { request in
            WireFault.all.flatMap { fault in
                (1...3).map { Case(PlannedFault(fault: fault, from: request, count: $0)) }
            }
        }
    }

    public var lateAnswers: [Case] {
        (1...requests).flatMap { request in
            ["timeout-before", "timeout-after"].flatMap { fault in
                Self.lateSeconds.map {
                    Case(PlannedFault(fault: .named(fault), from: request, count: 1, seconds: $0))
                }
            }
        }
    }

    /// - Returns: what did not hold; nil where the journal is that of the run without a fault, and so on. After a late
    ///   answer the journal may be another: within two days holds expire.
    public func breach(of one: Case) async -> Breach? {
        let telling = await CrashStory.tell(fault: one.fault)
        guard one.fault.seconds == 0 else { return telling.breach }
        return telling.breach(from: honest, "the journal of the run without a fault")
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
