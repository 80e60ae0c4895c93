import Rehearsal

/// What the rounds of an attack did, in figures, and what did not hold.
struct AttackReport {
    private(set) var table = FigureTable("attack")
    private(set) var failures: [String] = []
    private(set) var times: [String] = []

    mutating func add(_ name: String, _ value: Int) { table.add(name, value) }
    mutating func add(_ name: String, _ value: String) { table.add(name, value) }

    /// Does a round, and says how long it took.
    mutating func timed(_ round: String, _ play: (inout AttackReport) async throws -> Void) async throws {
        let started = ContinuousClock.now
        try await play(&self)
        times.append("\(round) \(Int(started.duration(to: .now).components.seconds))")
    }

    mutating func fail(_ what: String) { failures.append(what) }

    /// Says the count, which must be none.
    mutating func expectNone(_ name: String, _ what: [String]) {
        table.add(name, what.count)
        failures += what.map { "\(name.drop { $0 == " " }): \($0)" }
    }
}
