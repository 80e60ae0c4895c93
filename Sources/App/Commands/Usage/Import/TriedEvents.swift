import Billing
import Ledger
import Server
import Synchronization
import Worker

/// What a dry run has let through so far. Nothing of it is kept in the database, so the lines of its files are held
/// against each other here.
final class TriedEvents: Sendable {
    /// So many are remembered, which takes some 60 MB; later ones are held against these.
    static let most = 1_000_000

    private struct Name: Hashable {
        let source: String
        let eventID: String
    }

    private struct Trace {
        let content: Int
        /// A line that does not say when does not contradict one that does.
        let time: Instant?
        let file: String
        let line: Int64
    }

    private let traces = Mutex<[Int: Trace]>([:])

    /// - Returns: what would have become of the lines, had those before them been recorded.
    func judge(
        _ results: [UsageResult], of items: [UsageIntake.Checked], _ lines: [ImportedLine], in file: String
    ) -> [UsageResult] {
        traces.withLock { traces in
            zip(zip(results, items), lines).map { judged, line in
                let (result, item) = judged
                guard result.status == .accepted, let report = item.said else { return result }
                let name = Name(source: report.source, eventID: report.eventID).hashValue
                let trace = Self.trace(report, file, line.number)
                guard let known = traces[name] else {
                    if traces.count < Self.most { traces[name] = trace }
                    return result
                }
                if (known.file, known.line) == (trace.file, trace.line) { return result }
                let isSame = known.content == trace.content && (trace.time == nil || trace.time == known.time)
                return isSame ? result.repeated : result.refused(Self.differs(from: known))
            }
        }
    }

    private static func trace(_ report: UsageReport, _ file: String, _ line: Int64) -> Trace {
        var timeless = report
        timeless.time = nil
        timeless.isEnforced = false
        return Trace(content: timeless.hashValue, time: report.time, file: file, line: line)
    }

    private static func differs(from known: Trace) -> WorkerError {
        WorkerError(
            .conflict, "event_differs",
            "line \(known.line) of \(known.file) has an event with this id and source, too, and another body",
            field: "id")
    }
}
