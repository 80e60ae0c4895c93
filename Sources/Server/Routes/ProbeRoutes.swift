import HTTPTypes
import Metrics
import NIOCore
import Storage
import Worker

/// What watches over the process asks for: is it alive, can it work, and the figures. Also the description of the API.
struct ProbeRoutes {
    let worker: BillingWorker
    let metrics: PrometheusMetrics
    let settings: BursarServer.Settings

    var routes: [Route] {
        [
            Route(.get, "/healthz", .open, .serves { _ in .json(["status": "ok"]) }),
            Route(.get, "/readyz", .open, ready),
            Route(.get, "/metrics", .open, show),
            Route(.get, "/openapi.yaml", .open, .serves { _ in Self.description }),
        ]
    }

    /// Events or requests that wait for longer are worth a look. They do not make Bursar unready: while Stripe is away
    /// the outbox grows, and webhooks must still be taken.
    private static let tolerableAgeSeconds: Int64 = 300

    private var ready: Work {
        .serves { [worker] _ in
            try await worker.operations.checkWritable()
            let figures = try await worker.context.database.read { tx in try worker.operations.figures(in: tx) }
            let isLate = max(figures.inboxAgeSeconds, figures.outboxAgeSeconds) > Self.tolerableAgeSeconds
            return .json([
                "status": isLate ? "lagging" : "ready", "inbox_depth": .integer(figures.inboxDepth),
                "inbox_age_seconds": .integer(figures.inboxAgeSeconds), "outbox_depth": .integer(figures.outboxDepth),
                "outbox_age_seconds": .integer(figures.outboxAgeSeconds),
                "parked_events": .integer(figures.parkedEvents),
            ])
        }
    }

    /// Clients on this machine need no key; a proxy on it does not count as one.
    private var show: Work {
        .serves { [worker, metrics, settings] call in
            if !call.peer.isLocal || settings.metricsNeedKey {
                try await Authentication(worker: worker).requirePlatform(call.headers)
            }
            let figures = try await worker.context.database.read { tx in try worker.operations.figures(in: tx) }
            OperatingGauges(metrics).set(figures, residentBytes: settings.residentBytes())
            return Answer(
                status: 200,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: ByteBuffer(string: metrics.text()))
        }
    }

    private static let description = Answer(
        status: 200, headers: [.contentType: "application/yaml", .cacheControl: "public, max-age=300"],
        body: ByteBuffer(bytes: PackageResources.openapi_yaml))
}
