import Foundation
import Rehearsal

/// Mutants of signed webhooks: some through the socket, most straight into the inbox's own door.
struct MutationRound {
    let castle: Castle
    let forge: AttackForge
    let seed: UInt64
    let count: Int
    let throughSocket: Int

    func play(into report: inout AttackReport) async throws {
        let events = try forge.samples(connected: true)
        try await playThroughSocket(events, into: &report)
        var sweep = MutationSweep()
        try await sweep.run(count - throughSocket, over: events, seed: seed)
        report.add("mutants straight into the inbox's door", sweep.tried)
        report.add("  kinds of refusal", sweep.answers.count)
        report.expectNone("  accepted, stored, or refused otherwise", sweep.breaches.map { "\($0), seed \(seed)" })
    }

    private func playThroughSocket(_ events: [[UInt8]], into report: inout AttackReport) async throws {
        let before = try await castle.settled()
        let captured = MutationSweep.captured(
            events, at: forge.now, connectSecret: Castle.connectSecret, platformSecret: Castle.platformSecret)
        // Another seed, so that the two doors do not see the same mutants.
        var mutations = SignatureMutations(captured, seed: seed &+ 1)
        let caller = castle.caller()
        var statuses: [Int: Int] = [:]
        var broken: [String] = []
        for number in 0..<throughSocket {
            let mutant = mutations.next()
            guard let answer = try caller.exchange(mutant.request("/stripe/webhooks/connect"), "mutant \(number)")
            else {
                broken.append("mutant \(number) of seed \(seed) was not answered")
                continue
            }
            statuses[answer.status, default: 0] += 1
            if !(400..<500).contains(answer.status) {
                broken.append("mutant \(number) of seed \(seed) was answered \(answer.status)")
            }
        }
        let after = try await castle.settled()
        if after != before { broken.append("\(after.news(since: before).count) rows were stored, seed \(seed)") }
        report.add("mutants through the socket", throughSocket)
        for (status, count) in statuses.sorted(by: { $0.key < $1.key }) { report.add("  answered \(status)", count) }
        report.expectNone("  accepted, stored, 5xx or unanswered", broken)
    }
}
