import Foundation
import Rehearsal

/// Tries each of `cases`, which know nothing of each other, as many at a time as there are processors. In a terminal it
/// says how far it is.
/// - Parameter each: is told what came of a case, one after the other, in the order in which they end.
func onAllProcessors<Case: Sendable, Outcome: Sendable>(
    _ cases: some Collection<Case>, _ attempt: @escaping @Sendable (Case) async throws -> Outcome,
    each: (Case, Outcome) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Case, Outcome).self) { group in
        var waiting = cases.makeIterator()
        func begin() {
            guard let next = waiting.next() else { return }
            group.addTask { (next, try await attempt(next)) }
        }
        var ended = 0
        defer { TerminalCount.clear() }
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin() }
        for try await (tried, outcome) in group {
            TerminalCount.clear()
            try await each(tried, outcome)
            ended += 1
            TerminalCount.say("\(ended) of \(cases.count)")
            begin()
        }
    }
}

/// Tells a story once for each of `cases`, and prints what went wrong with the command that repeats it.
/// - Returns: how many failed.
func tellEach<Case: LosslessStringConvertible & Sendable>(
    of cases: [Case], command: String, _ breach: @escaping @Sendable (Case) async throws -> Breach?
) async throws -> Int {
    var failed = 0
    try await onAllProcessors(cases, breach) { one, breach in
        guard let breach else { return }
        failed += 1
        print("FAILED at \(one): \(breach)")
        print("  repeat: rehearse \(command) --at \(one)")
    }
    return failed
}

extension Array {
    /// The first, and from there on every `step`-th.
    func takingEvery(_ step: Int) -> [Element] { stride(from: 0, to: count, by: step).map { self[$0] } }
}
