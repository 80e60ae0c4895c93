import HTTPTypes
import Metrics
import NIOCore
import Synchronization

/// Counts and times requests by route, method and status. A path that is no route counts under one name.
final class RequestMetrics: Sendable {
    private struct Name: Hashable {
        let place: Int
        let status: Int
    }

    private let factory: any MetricsFactory
    private let routes: [(path: String, method: String)]
    private let durations: [Timer]
    /// Making a counter costs more than counting, so each is made once.
    private let counters = Mutex<[Name: Counter]>([:])

    init(_ routes: [Route], factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
        self.routes = routes.map { ($0.path, $0.method.rawValue) } + [("unmatched", "any")]
        durations = self.routes.map { route in
            Timer(
                label: "http_request_duration", dimensions: [("route", route.path), ("method", route.method)],
                factory: factory)
        }
    }

    func record(_ place: Int?, status: Int, since start: NIODeadline) {
        let place = place ?? routes.count - 1
        durations[place].recordNanoseconds((NIODeadline.now() - start).nanoseconds)
        counter(Name(place: place, status: status)).increment()
    }

    private func counter(_ name: Name) -> Counter {
        counters.withLock { counters in
            if let known = counters[name] { return known }
            let route = routes[name.place]
            let counter = Counter(
                label: "http_requests",
                dimensions: [("route", route.path), ("method", route.method), ("status", String(name.status))],
                factory: factory)
            counters[name] = counter
            return counter
        }
    }
}
