/// Dies at every point of the story, once each, and in pairs: the second death then mostly meets the recovery from the
/// first.
public struct CrashSweep: Sendable {
    /// The deaths of one telling.
    public struct Case: Sendable, Hashable, LosslessStringConvertible {
        let deaths: [DeathPoint]

        init(_ deaths: [DeathPoint]) { self.deaths = deaths }

        /// The one that is written so: `commit-12-after+request-3-before`.
        public init?(_ text: String) {
            let parts = text.split(separator: "+")
            let deaths = parts.compactMap { DeathPoint(String($0)) }
            guard !deaths.isEmpty, deaths.count == parts.count else { return nil }
            self.deaths = deaths
        }

        /// What repeats it: the argument of `rehearse crash --at`.
        public var description: String { deaths.map(\.name).joined(separator: "+") }
    }

    private let points: [DeathPoint]
    private let honest: JournalShape

    /// - Throws: `Breach`, when the story does not even hold where nothing goes wrong.
    public init() async throws {
        let telling = await CrashStory.tell()
        honest = try telling.soundJournal
        let commits = (1...max(1, telling.points.commits)).flatMap { number in
            [DeathPoint.commit(number: number, isAfter: false), .commit(number: number, isAfter: true)]
        }
        let requests = (1...max(1, telling.points.requests)).flatMap { number in
            [DeathPoint.wire(request: number, isAfter: false), .wire(request: number, isAfter: true)]
        }
        points = commits + requests
    }

    /// A death at each point.
    public var single: [Case] { points.map { Case([$0]) } }

    /// Two deaths each, at points that `seed` chooses.
    public func pairs(_ count: Int, seed: UInt64) -> [Case] {
        var chance = Chance(seed: seed)
        return (0..<count).map { _ in Case([chance.pick(points), chance.pick(points)]) }
    }

    /// - Returns: what did not hold; nil where the journal is that of the run that was not killed, and so on.
    public func breach(of one: Case) async -> Breach? {
        await CrashStory.tell(deaths: one.deaths).breach(from: honest, "the journal of the run that was not killed")
    }
}

extension DeathPoint {
    /// `commit-12-after`.
    var name: String {
        switch self {
        case .commit(let number, let isAfter): "commit-\(number)-\(isAfter ? "after" : "before")"
        case .wire(let request, let isAfter): "request-\(request)-\(isAfter ? "after" : "before")"
        }
    }

    init?(_ name: String) {
        let parts = name.split(separator: "-").map(String.init)
        guard parts.count == 3, let number = Int(parts[1]), ["before", "after"].contains(parts[2]) else { return nil }
        let isAfter = parts[2] == "after"
        switch parts[0] {
        case "commit": self = .commit(number: number, isAfter: isAfter)
        case "request": self = .wire(request: number, isAfter: isAfter)
        default: return nil
        }
    }
}
