import Foundation
import Rehearsal

/// Holds slow connections open, many at once, and looks whether others still get their answers, and how much memory the
/// server holds for it.
struct SlowRound {
    let castle: Castle
    let merchant: Settler
    let clients: Int
    let seconds: Int

    /// What healthy requests may wait, 99 of 100.
    static let slowestMilliseconds = 500.0
    /// What the server may hold more than before: 64 MiB, and for each client half of the largest webhook that it can
    /// make it keep.
    private var allowedGrowth: Int { (64 << 20) + clients * (128 << 10) }

    func play(into report: inout AttackReport) throws {
        raiseOwnFileLimit()
        let before = castle.bursar.residentBytes
        let healthy = HealthyCustomer(castle: castle, merchant: merchant)
        healthy.start()
        var siege = Siege(port: castle.port, path: "/stripe/webhooks/connect")
        try siege.raise(clients)
        let started = ContinuousClock.now
        var most = before
        while started.duration(to: .now) < .seconds(seconds) {
            try siege.tick()
            most = max(most, castle.bursar.residentBytes)
            Thread.sleep(forTimeInterval: 0.4)
        }
        let figures = healthy.stop()
        siege.lift()
        report.add("slow clients held for \(seconds) s", clients)
        for (way, closed) in siege.closed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            report.add("  closed by the server: \(way.rawValue)", closed)
        }
        report.add("  healthy requests meanwhile", figures.latencies.count)
        report.add("  p50 of theirs, ms", Self.rounded(figures.percentile(50)))
        report.add("  p99 of theirs, ms", Self.rounded(figures.percentile(99)))
        report.add("  slowest of theirs, ms", Self.rounded(figures.percentile(100)))
        report.add("  MiB of the server, before and at most", "\(before >> 20), \(most >> 20)")
        let broken = faults(figures, siege, growth: most - before)
        report.expectNone("  late, failed, never closed, or more than \(allowedGrowth >> 20) MiB more", broken)
    }

    private func faults(_ figures: HealthyCustomer.Figures, _ siege: Siege, growth: Int) -> [String] {
        var broken: [String] = []
        if figures.failed > 0 { broken.append("\(figures.failed) healthy requests failed") }
        if figures.latencies.count < seconds {
            broken.append("only \(figures.latencies.count) healthy requests came through")
        }
        if figures.percentile(99) >= Self.slowestMilliseconds {
            broken.append("p99 is above \(Self.slowestMilliseconds) ms")
        }
        if growth > allowedGrowth { broken.append("the server grew by more than \(allowedGrowth >> 20) MiB") }
        for (way, patience) in Siege.patience where seconds > patience + 1 && clients >= Siege.Way.allCases.count {
            if siege.closed[way, default: 0] == 0 { broken.append("no \(way.rawValue) was closed in \(seconds) s") }
        }
        if !castle.bursar.isRunning { broken.append("the server has ended") }
        return broken
    }

    private static func rounded(_ milliseconds: Double) -> String {
        "\(Int(milliseconds)).\(Int(milliseconds * 10) % 10)"
    }
}
