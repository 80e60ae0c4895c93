import Billing
import Ledger
import Storage
import Worker

/// A year of a small platform: chaos while its acts are played, then quiet, in which everything must come to rest and
/// add up.
///
/// Everything that happens is decided by the seed: the acts, the faults, whose step is next. So a run that fails is
/// repeated by its seed.
actor Simulation {
    let options: SimulationOptions
    let house: RehearsedHouse
    var market = Market()
    /// What opens every account.
    var platformKey = ""
    var oracle = BillOracle()
    var postman = Postman()
    var chance: Chance
    var trace: Trace
    var figures = SimulationFigures()
    private var watch = BooksWatch()
    /// While it is, what Stripe sends is lost.
    var isPostCut = false
    /// Of the acts.
    private(set) var points = FailurePoints()
    /// After the chaos.
    var isQuiet = false
    /// The act that is played, and how many requests it has made: what an Idempotency-Key is made of.
    var acting = 0
    var asked = 0

    /// A year that has 29 February in it, or not; each crosses both changes of the clocks.
    private static let starts = ["2026-01-15T08:00:00Z", "2026-11-02T09:00:00Z", "2027-06-30T22:00:00Z"]

    init(_ options: SimulationOptions) async throws {
        self.options = options
        chance = Chance(seed: options.seed)
        trace = Trace(isKept: options.keepsTrace)
        let start = Instant(rfc3339: chance.pick(Self.starts)) ?? Instant(secondsSince1970: 1_800_000_000)
        house = try await RehearsedHouse(seed: options.seed, start: start)
    }

    /// - Throws: `Breach`, when a promise did not hold.
    func run(_ acts: [Act]) async throws {
        try await openShops()
        house.trouble.plan(deaths: options.deaths, fault: options.fault)
        for act in acts { try await live(act) }
        points = house.trouble.points
        try await comeToRest()
        try await judgeTheYear()
        trace.add("journal \(try await watch.digest(of: house.database))")
    }

    private func live(_ act: Act) async throws {
        house.trouble.begin(seed: act.seed, options.families)
        chance = Chance(seed: act.seed ^ 0x5DEE_CE66)
        house.clock.advance(seconds: act.afterSeconds)
        try await askAgain()
        var outcome = try await attempt { try await play(act) }
        if options.isStory { outcome = try await insist(on: act, outcome) }
        figures.acts += 1
        trace.add("\(house.clock.truth.millisecondsSince1970) #\(act.number) \(act.deed): \(outcome)")
        if options.isStory {
            try await restUntilNothingWaits(act.number)
        } else {
            for _ in 0..<chance.number(0...10) { try await step(chance.pick(Lane.allCases)) }
        }
        try await look()
    }

    /// Whoever was not answered asks again.
    private func insist(on act: Act, _ first: String) async throws -> String {
        var outcome = first
        for _ in 0..<5 where outcome.hasPrefix(Self.noAnswer) {
            guard market.unanswered.isEmpty else {
                try await askUntilAnswered()
                return outcome
            }
            outcome = try await attempt { try await play(act) }
        }
        return outcome
    }

    /// What must hold at every moment.
    func look() async throws {
        house.trouble.setPaused(true)
        defer { house.trouble.setPaused(false) }
        let isNewMonth = watch.isNewMonth(house.clock.truth)
        let sight = try await watch.sight(of: house.database)
        watch.keep(sight)
        figures.invariants += sight.compared
        guard isNewMonth else { return }
        try await checkBooks()
        try await judgeTries()
    }

    func checkBooks() async throws {
        let report = try await house.worker.books.check()
        figures.invariants += report.rowsRead
        if let finding = report.findings.first {
            throw Breach("books sound", "\(finding.rule.rawValue) at \(finding.row): \(finding.detail)")
        }
    }

    // MARK: What may go wrong

    /// Does it, and says in a word how it went. A process that dies meanwhile is followed by another.
    func attempt(_ deed: () async throws -> String) async throws -> String {
        var outcome: String
        do { outcome = try await deed() } catch {
            outcome = try expected(error)
        }
        if house.trouble.isDead {
            try await house.restart()
            figures.restarts += 1
            outcome += ", died"
        }
        return outcome
    }

    /// - Throws: what is no answer that a caller should ever see.
    private func expected(_ error: any Error) throws -> String {
        switch error {
        case Unheard.noAnswer: return Self.noAnswer
        case Unheard.refused(let code): return "refused: \(code)"
        case let error as WorkerError: return "refused: \(error.code)"
        case let error as StorageError where error.kind != .rejected: return "database: \(error.code)"
        default: throw Breach(error)
        }
    }

    /// In what is no chaos any more, everybody is answered in the end.
    func askUntilAnswered() async throws {
        for _ in 0..<Self.mostAskings where !market.unanswered.isEmpty {
            try await askAgain()
            // A claim on an Idempotency-Key whose holder has died lasts so long.
            if !market.unanswered.isEmpty { house.clock.advance(seconds: 150) }
        }
        guard market.unanswered.isEmpty else {
            throw Breach("callers get an answer", "\(market.unanswered.count) ask in vain")
        }
    }

    private static let mostAskings = 8

    /// The callers who have had no answer send the same again.
    func askAgain() async throws {
        let waiting = market.unanswered
        market.unanswered = []
        for request in waiting {
            let outcome = try await attempt { try await send(request) }
            trace.add("asked again: \(outcome)")
        }
    }
}

/// What a run is to be.
public struct SimulationOptions: Sendable {
    public var seed: UInt64
    public var families: Set<FaultFamily>
    public var keepsTrace = false
    /// Whether the books are exported in the end.
    public var exportsBooks = false
    /// A fixed story instead of a year: after each act everything is done that there is to do, and who was not
    /// answered because the process died asks again.
    var isStory = false
    var deaths: [DeathPoint] = []
    var fault: PlannedFault?

    public init(seed: UInt64, families: Set<FaultFamily> = Set(FaultFamily.allCases)) {
        self.seed = seed
        self.families = families
    }
}

/// What was done, in figures.
public struct SimulationFigures: Sendable {
    public var acts = 0
    public var steps = 0
    public var restarts = 0
    public var invariants = 0
    /// Of merchants, their apps and customers, over the server's routes.
    public var requests = 0
    /// How many, by their currency.
    public var payments: [String: Int] = [:]
    public var refunds = 0
    public var disputes = 0
    public var retries = 0
    /// Charges whose dunning came to its end.
    public var givenUp = 0
    public var usageEvents = 0
    public var corrections = 0
    public var faults: [String: Int] = [:]

    public init() {}

    public mutating func add(_ other: SimulationFigures) {
        acts += other.acts
        steps += other.steps
        restarts += other.restarts
        invariants += other.invariants
        requests += other.requests
        payments.merge(other.payments) { $0 + $1 }
        refunds += other.refunds
        disputes += other.disputes
        retries += other.retries
        givenUp += other.givenUp
        usageEvents += other.usageEvents
        corrections += other.corrections
        faults.merge(other.faults) { $0 + $1 }
    }
}
