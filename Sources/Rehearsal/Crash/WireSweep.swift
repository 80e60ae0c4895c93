/// Every fault of Stripe's wire at every request of the story, at its first to third attempt; and every POST whose
/// answer is lost and whose caller only hears of it around the time at which Stripe forgets the idempotency key.
public struct WireSweep: Sendable {
    /// The fault of one telling.
    public struct Case: Sendable, Hashable, LosslessStringConvertible {
        let fault: PlannedFault
        /// Of the story's amounts.
        let seed: UInt64

        init(_ fault: PlannedFault, seed: UInt64 = 0) { (self.fault, self.seed) = (fault, seed) }

        /// The one that is written so: `13:timeout-after:1:86460@7`.
        public init?(_ text: String) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count <= 2, let fault = PlannedFault(String(parts[0])),
                let seed = parts.count == 2 ? UInt64(parts[1]) : 0
            else { return nil }
            self.init(fault, seed: seed)
        }

        /// What repeats it: the argument of `rehearse wire --at`.
        public var description: String { seed == 0 ? fault.name : "\(fault.name)@\(seed)" }
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

    /// Each POST of the story of that seed: whether Stripe acted, and when it is heard of, differs from seed to seed.
    /// - Throws: `Breach`, when that story does not hold where nothing goes wrong.
    public func lateAnswers(seed: UInt64) async throws -> [Case] {
        let telling = await CrashStory.tell(seed: seed)
        if let breach = telling.breach { throw breach }
        let fates = ["timeout-after", "timeout-before"].flatMap { name in Self.lateSeconds.map { (name, $0) } }
        return telling.points.posts.map { request in
            let (name, seconds) = fates[Int((seed &+ UInt64(request)) % UInt64(fates.count))]
            return Case(PlannedFault(fault: .named(name), from: request, count: 1, seconds: seconds), seed: seed)
        }
    }

    /// - Returns: what did not hold; nil where the journal is that of the run without a fault, and so on. After a late
    ///   answer the journal may be another: within two days holds expire.
    public func breach(of one: Case) async -> Breach? {
        let telling = await CrashStory.tell(seed: one.seed, fault: one.fault)
        guard one.fault.seconds == 0, one.seed == 0 else { return telling.breach }
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
