import Ledger
import Logging
import Metrics
import Synchronization
import Worker

/// Webhooks that were refused for their signature: counted, and told of in the log, at most once a minute.
///
/// One is a stranger's. Many are Stripe's own, while the settings hold another secret: nothing else would say so.
final class RefusedSignatures: Sendable {
    static let silenceSeconds: Int64 = 60

    private struct State {
        var untold: Int64 = 0
        var toldAt: Instant?
    }

    private let endpoint: Inbox.Endpoint
    private let counter: Counter
    private let logger: Logger
    private let state = Mutex(State())

    init(_ endpoint: Inbox.Endpoint, _ metrics: PrometheusMetrics, logger: Logger) {
        self.endpoint = endpoint
        self.logger = logger
        counter = Counter(
            label: "webhook_signatures_refused", dimensions: [("endpoint", endpoint.rawValue)], factory: metrics)
    }

    func add(at now: Instant) {
        counter.increment()
        guard let count = due(at: now) else { return }
        logger.warning(
            "webhooks refused for their signature; `bursar doctor` says whether the secrets are right",
            metadata: ["endpoint": "\(endpoint.rawValue)", "count": "\(count)"])
    }

    /// - Returns: how many were refused since the log was told last; `nil` while it is not to be told again.
    private func due(at now: Instant) -> Int64? {
        state.withLock { state in
            state.untold += 1
            if let told = state.toldAt, now < told.adding(seconds: Self.silenceSeconds), now >= told { return nil }
            state.toldAt = now
            defer { state.untold = 0 }
            return state.untold
        }
    }
}
