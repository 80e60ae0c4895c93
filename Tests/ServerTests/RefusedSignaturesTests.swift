import Ledger
import Logging
import Synchronization
import Testing
import Worker

@testable import Server

/// Who sends what is not signed with our secret is heard of in the log, and cannot fill it.
struct RefusedSignaturesTests {
    private final class Notebook: LogHandler, Sendable {
        private let counts = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        var lines: [String] { counts.withLock { $0 } }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) {
            counts.withLock { $0.append("\(event.level) \(event.metadata?["count"]?.description ?? "")") }
        }
    }

    @Test func `the first is told at once, and those of a minute together`() {
        let notebook = Notebook()
        let refused = RefusedSignatures(
            .platform, PrometheusMetrics(), logger: Logger(label: "test") { _ in notebook })
        let start = Instant(secondsSince1970: 1_793_610_000)
        refused.add(at: start)
        for second in 1..<60 { refused.add(at: start.adding(seconds: Int64(second))) }
        #expect(notebook.lines == ["warning 1"])
        refused.add(at: start.adding(seconds: 60))
        #expect(notebook.lines == ["warning 1", "warning 60"])
    }
}
