import Rehearsal

/// What the rounds of an attack did, in figures, and what did not hold.
struct AttackReport {
    private(set) var table = FigureTable("attack")
    private(set) var failures: [String] = []

    mutating func add(_ name: String, _ value: Int) { table.add(name, value) }
    mutating func add(_ name: String, _ value: String) { table.add(name, value) }

    mutating func fail(_ what: String) { failures.append(what) }

    /// Says the count, which must be none.
    mutating func expectNone(_ name: String, _ what: [String]) {
        table.add(name, what.count)
        failures += what.map { "\(name): \($0)" }
    }
}
