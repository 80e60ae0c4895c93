import Logging
import Metrics
import Storage
import Synchronization
import Testing

@testable import Server

struct PrometheusMetricsTests {
    @Test func `series are written as Prometheus reads them`() {
        let metrics = PrometheusMetrics()
        let counter = Counter(label: "things.done", dimensions: [("b", "x\"y\\z\n"), ("a", "1")], factory: metrics)
        counter.increment(by: 2)
        Counter(label: "things.done", dimensions: [("a", "1"), ("b", "x\"y\\z\n")], factory: metrics).increment()
        Meter(label: "depth", factory: metrics).set(7)
        Timer(label: "work", factory: metrics).recordMilliseconds(30)
        let text = metrics.text()
        #expect(text.contains("# TYPE bursar_things_done_total counter\n"))
        #expect(text.contains(#"bursar_things_done_total{a="1",b="x\"y\\z\n"} 3"#))
        #expect(text.contains("# TYPE bursar_depth gauge\nbursar_depth 7\n"))
        #expect(text.contains("# TYPE bursar_work_seconds histogram\n"))
        #expect(text.contains(#"bursar_work_seconds_bucket{le="0.025"} 0"#))
        #expect(text.contains(#"bursar_work_seconds_bucket{le="0.05"} 1"#))
        #expect(text.contains(#"bursar_work_seconds_bucket{le="+Inf"} 1"#))
        #expect(text.contains("bursar_work_seconds_sum 0.03\nbursar_work_seconds_count 1\n"))
    }

    @Test func `a label with too many values cannot fill the memory`() {
        let metrics = PrometheusMetrics()
        for value in 0..<2_000 {
            Counter(label: "c", dimensions: [("id", String(value))], factory: metrics).increment()
        }
        let lines = metrics.text().split(separator: "\n").filter { $0.hasPrefix("bursar_c_total") }
        #expect(lines.count <= PrometheusMetrics.seriesLimit + 1)
        #expect(lines.contains { $0.hasPrefix(#"bursar_c_total{id="other"} 1500"#) })
    }

    @Test func `counting from many tasks at once loses nothing`() async {
        let metrics = PrometheusMetrics()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    for _ in 0..<500 {
                        Counter(label: "c", factory: metrics).increment()
                        Timer(label: "t", factory: metrics).recordNanoseconds(1)
                    }
                }
            }
        }
        #expect(metrics.text().contains("bursar_c_total 10000\n"))
        #expect(metrics.text().contains("bursar_t_seconds_count 10000\n"))
    }
}

struct JSONLogHandlerTests {
    @Test func `a record is one line of JSON with its metadata`() {
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, level: .debug, timestamp: { "2026-11-21T09:30:00Z" }, write: { lines.add($0) })
        }
        logger[metadataKey: "request_id"] = "breq_1"
        logger.info("a \"quoted\"\nmessage", metadata: ["list": ["x", "y"], "map": ["k": "v"]])
        logger.trace("nothing")
        #expect(
            lines.all == [
                #"{"time":"2026-11-21T09:30:00Z","level":"info","logger":"test","message":"a \"quoted\"\nmessage","#
                    + #""list":["x","y"],"map":{"k":"v"},"request_id":"breq_1"}"# + "\n"
            ])
    }

    @Test(arguments: [
        "sk_test_", "sk_live_", "rk_live_", "rk_test_", "whsec_", "bursar_", "Bearer ", "pi_3_secret_", "ac_",
    ])
    func `what looks like a secret is blacked out, wherever it stands`(marker: String) {
        let secret = marker + String(repeating: "Z9", count: 20)
        let lines = Lines()
        let logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, timestamp: { "" }, write: { lines.add($0) })
        }
        logger.error("failed with \(secret), twice: \(secret)", metadata: ["deep": [.dictionary(["k": "\(secret)"])]])
        let line = lines.all.joined()
        #expect(!line.contains(secret))
        #expect(line.contains("[redacted]"))
        #expect(line.contains(", twice: "))
    }

    @Test func `ordinary words stay`() {
        for text in ["bursar_inbox_depth 3", "account bacc_01 of bursar", "whsec_", "sk_test_"] {
            #expect(Redaction.redact("metric: \(text.prefix(12))") == "metric: \(text.prefix(12))")
        }
    }
}

struct TraceContextTests {
    private let random: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 255]
    private let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a caller's trace goes on under a span of ours`() throws {
        let trace = try #require(TraceContext(header: header, random: random))
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.parentID == "00f067aa0ba902b7")
        #expect(trace.header == "00-4bf92f3577b34da6a3ce929d0e0e4736-00010203040506ff-01")
    }

    @Test(arguments: [
        "", "00", "00-0-0-0", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    ])
    func `a header that the specification says to ignore is ignored`(header: String) {
        #expect(TraceContext(header: header, random: random) == nil)
    }

    @Test func `an answer carries the trace on`() async throws {
        try await ServedHouse.open { house in
            let reply = try await house.call("GET", "/healthz", nil as String?, headers: ["traceparent": header])
            #expect(reply.headers["traceparent"]?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true)
            #expect(reply.headers["traceparent"] != header)
            #expect(try await house.get("/healthz").headers["traceparent"] == nil)
        }
    }
}

struct MetricsRouteTests {
    @Test func `metrics tell of requests, depths and memory, by labels that hold no ids`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            _ = try await house.get("/v1/customers/\(ada.customer)", key: ada.key)
            _ = try await house.get("/no/such/\(ada.customer)")
            let reply = try await house.get("/metrics", key: nil)
            #expect(reply.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(
                reply.text.contains(
                    #"bursar_http_requests_total{method="GET",route="/v1/customers/{id}",status="200"} 1"#))
            #expect(reply.text.contains(#"bursar_http_requests_total{method="any",route="unmatched",status="404"} 1"#))
            for name in [
                "bursar_inbox_depth 0", "bursar_outbox_age_seconds 0", "bursar_unexplained_micros 0",
                #"bursar_charges_open{status="failed"} 1"#, "bursar_http_request_duration_seconds_bucket",
            ] { #expect(reply.text.contains(name), "\(name)") }
            #expect(!reply.text.contains(ada.account))
            #expect(!reply.text.contains(ada.customer))
        }
    }

    @Test func `a stranger needs the platform's key for metrics, and a proxy makes a stranger`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            for name in ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"] {
                let headers = [name: "for=192.0.2.1"]
                for (key, status) in [(nil, 401), ("wrong", 401), (ada.key, 403), (ServedHouse.platformKey, 200)] {
                    let reply = try await house.call("GET", "/metrics", nil as String?, key: key, headers: headers)
                    #expect(reply.status == status)
                }
            }
        }
        try await ServedHouse.open(metricsNeedKey: true) { house in
            let stranger = try await house.get("/metrics", key: nil)
            let platform = try await house.get("/metrics")
            #expect(stranger.status == 401)
            #expect(platform.status == 200)
        }
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
