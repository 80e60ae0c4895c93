/// What is tried with many seeds on small worlds.
public enum ScheduleFamily: String, CaseIterable, Sendable {
    /// Webhooks repeated, reordered, late and dropped.
    case webhooks
    /// The same, with a worker's clock that goes wrong by up to a day.
    case clock
    /// Webhooks and Stripe's list of events cut off for an hour, 3, 29 and 31 days.
    case outage
    /// The answer, the webhook and the sweep of one fact, in each order and at once.
    case messengers
    /// An event that cannot be read, among others.
    case poison
    /// Holds, captures, releases, expiry and deaths.
    case holds
}

/// The small worlds of one family, one for each seed. The journals that they must come to are told once each.
public struct ScheduleSweep: Sendable {
    public struct Figures: Sendable {
        public var worlds = 0
        /// By what they are figures of.
        public var counts: [String: Int] = [:]

        public init() {}

        public mutating func add(_ other: Figures) {
            worlds += other.worlds
            counts.merge(other.counts) { $0 + $1 }
        }
    }

    private let family: ScheduleFamily
    private let honest = HonestJournals()

    /// So many tales are told; what differs beyond is the schedule.
    private static let tales: UInt64 = 64

    public init(_ family: ScheduleFamily) { self.family = family }

    public func run(seed: UInt64) async -> Result<Figures, Breach> {
        do {
            return .success(try await worlds(of: seed))
        } catch {
            return .failure(Breach(error))
        }
    }

    private func worlds(of seed: UInt64) async throws -> Figures {
        switch family {
        case .webhooks: try await schedule(seed, clockErrs: false)
        case .clock: try await schedule(seed, clockErrs: true)
        case .outage: try await outages(seed)
        case .messengers: try await messengers(seed)
        case .poison: try await schedule(seed, poison: Poison(seed: seed))
        case .holds: try await holds(seed)
        }
    }

    private func schedule(_ seed: UInt64, clockErrs: Bool = false, poison: Poison? = nil) async throws -> Figures {
        let tale = SmallTale(number: seed % Self.tales)
        let journal = try await honest.journal("tale \(tale.number)") { try await Telling(tale, .inOrder).journal }
        let manner: SmallPost.Manner = poison == nil ? .unreliable : .inOrder
        let telling = try await Telling(tale, manner, seed: seed, clockErrs: clockErrs, poison: poison)
        try Self.compare(telling.journal, journal)
        var figures = Figures()
        figures.worlds = 1
        figures.counts = ["webhooks carried": telling.carried, "webhooks dropped": telling.dropped]
        if poison != nil { figures.counts["poison that was put aside, visibly"] = 1 }
        return figures
    }

    private func outages(_ seed: UInt64) async throws -> Figures {
        let tale = SmallTale(number: seed % Self.tales)
        let journal = try await honest.journal("tale \(tale.number)") { try await Telling(tale, .inOrder).journal }
        var figures = Figures()
        for (name, seconds) in SmallOutage.lengths {
            let outage = SmallOutage(place: Int(seed / Self.tales), seconds: seconds)
            do {
                let telling = try await Telling(tale, .inOrder, outage: outage)
                try Self.compare(telling.journal, journal)
                figures.counts["webhooks that never came", default: 0] += telling.dropped
            } catch let breach as Breach {
                throw Breach(breach.rule, "cut off for \(name): \(breach.detail)")
            }
            figures.worlds += 1
            figures.counts["cut off for \(name)"] = 1
        }
        return figures
    }

    private func messengers(_ seed: UInt64) async throws -> Figures {
        let number = seed % 16
        let messengers = Messengers(number: number)
        let journal = try await honest.journal("fact \(number)") { try await messengers.tell(nil, seed: number) }
        var figures = Figures()
        for order in Messengers.Order.all {
            do {
                try Self.compare(try await messengers.tell(order, seed: seed), journal)
            } catch let breach as Breach {
                throw Breach(breach.rule, "\(order.name), \(messengers.fact.rawValue): \(breach.detail)")
            }
            figures.worlds += 1
            figures.counts[order.name, default: 0] += 1
        }
        return figures
    }

    private func holds(_ seed: UInt64) async throws -> Figures {
        var world = try await SmallHolds(seed: seed)
        try await world.live()
        try await world.judge()
        var figures = Figures()
        figures.worlds = 1
        figures.counts["processes that died and were followed by another"] = world.deaths
        return figures
    }

    private static func compare(_ journal: JournalShape, _ honest: JournalShape) throws {
        guard let difference = journal.difference(from: honest) else { return }
        throw Breach("the journal of the run in order", difference)
    }
}

/// What the books of each tale must come to, worked out when it is first asked for.
private actor HonestJournals {
    private var known: [String: Task<JournalShape, any Error>] = [:]

    func journal(
        _ name: String, _ tell: @escaping @Sendable () async throws -> JournalShape
    ) async throws -> JournalShape {
        let task = known[name] ?? Task { try await tell() }
        known[name] = task
        return try await task.value
    }
}
