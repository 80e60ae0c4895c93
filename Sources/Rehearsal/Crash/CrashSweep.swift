/// Dies at every point of the story, once each, and in pairs: the second death then mostly meets the recovery from the
/// first.
public struct CrashSweep: Sendable {
    /// Where a telling went wrong, and what came of it.
    public struct Failure: Sendable {
        /// What repeats it: the argument of `rehearse crash --at`.
        public let point: String
        public let breach: Breach
    }

    public private(set) var points = 0
    public private(set) var tellings = 0
    public private(set) var failures: [Failure] = []
    private let honest: CrashStory.Telling

    /// - Throws: `Breach`, when the story does not even hold where nothing goes wrong.
    public init() async throws {
        honest = await CrashStory.tell()
        if let breach = honest.breach { throw breach }
        points = Self.all(in: honest.points).count
    }

    private static func all(in points: (commits: Int, requests: Int)) -> [DeathPoint] {
        let commits = (1...max(1, points.commits)).flatMap { number in
            [DeathPoint.commit(number: number, isAfter: false), .commit(number: number, isAfter: true)]
        }
        let requests = (1...max(1, points.requests)).flatMap { number in
            [DeathPoint.wire(request: number, isAfter: false), .wire(request: number, isAfter: true)]
        }
        return commits + requests
    }

    /// - Parameter every: 1 for all points; 2 for every second one, and so on.
    public mutating func single(every: Int, progress: (Int) -> Void = { _ in }) async {
        for (place, point) in Self.all(in: honest.points).enumerated() where place % max(1, every) == 0 {
            await tell([point])
            progress(tellings)
        }
    }

    public mutating func pairs(_ count: Int, seed: UInt64, progress: (Int) -> Void = { _ in }) async {
        var chance = Chance(seed: seed)
        let all = Self.all(in: honest.points)
        for _ in 0..<count {
            await tell([chance.pick(all), chance.pick(all)])
            progress(tellings)
        }
    }

    /// One telling, as `point` of a failure names it.
    public mutating func repeated(_ name: String) async -> Bool {
        let points = name.split(separator: "+").compactMap { DeathPoint(String($0)) }
        guard !points.isEmpty else { return false }
        await tell(points)
        return true
    }

    private mutating func tell(_ deaths: [DeathPoint]) async {
        let telling = await CrashStory.tell(deaths: deaths)
        tellings += 1
        var breach = telling.breach
        if breach == nil, let theirs = telling.journal, let honest = honest.journal,
            let difference = theirs.difference(from: honest)
        {
            breach = Breach("the journal of the run that was not killed", difference)
        }
        guard let breach else { return }
        failures.append(Failure(point: deaths.map(\.name).joined(separator: "+"), breach: breach))
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
