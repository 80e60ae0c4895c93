public import Metrics
import Synchronization

/// A backend of swift-metrics that keeps every series in memory and writes them out for Prometheus.
///
/// `App` bootstraps it once. The number of series is bounded: what comes beyond is counted together in one series of
/// each name, so that a mistaken label cannot fill the memory. Labels never hold ids.
public final class PrometheusMetrics: MetricsFactory, Sendable {
    /// How many combinations of labels one name may have.
    static let seriesLimit = 500

    private struct State {
        var families: [String: MetricFamily] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(MetricName.counter(label), .counter, dimensions) { CounterSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricName.plain(label), .gauge, dimensions) { GaugeSeries() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return series(MetricName.plain(label), .gauge, dimensions) { GaugeSeries() } }
        return series(MetricName.plain(label), .histogram, dimensions) { HistogramSeries(HistogramSeries.sizes) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(MetricName.timer(label), .histogram, dimensions) { HistogramSeries(HistogramSeries.seconds) }
    }

    // Series live as long as the process: Prometheus wants counters that do not go back.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything that is known, in the text format 0.0.4 of Prometheus.
    public func text() -> String {
        let families = state.withLock { $0.families }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                text += series.lines(name: name, labels: labels)
            }
        }
        return text
    }

    private func series<Series: MetricSeries>(
        _ name: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)], make: () -> Series
    ) -> Series {
        state.withLock { state in
            var family = state.families[name] ?? MetricFamily(kind: kind)
            let wanted = MetricName.labels(dimensions)
            let labels =
                family.series[wanted] == nil && family.series.count >= Self.seriesLimit
                ? MetricName.labels(dimensions.map { ($0.0, "other") }) : wanted
            if let known = family.series[labels] as? Series { return known }
            let series = make()
            // One name with two kinds is a mistake of the program: the first one keeps it.
            guard family.kind == kind else { return series }
            family.series[labels] = series
            state.families[name] = family
            return series
        }
    }
}

struct MetricFamily: Sendable {
    enum Kind: String { case counter, gauge, histogram }

    let kind: Kind
    var series: [String: any MetricSeries] = [:]
}

enum MetricName {
    static func plain(_ label: String) -> String {
        let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return name.hasPrefix("bursar_") ? name : "bursar_" + name
    }

    static func counter(_ label: String) -> String {
        let name = plain(label)
        return name.hasSuffix("_total") ? name : name + "_total"
    }

    static func timer(_ label: String) -> String {
        let name = plain(label)
        return name.hasSuffix("_seconds") ? name : name + "_seconds"
    }

    /// `name="value",…` in the order of the names.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }
            .map { name, value in
                let escaped = value.flatMap { character -> String in
                    switch character {
                    case "\\": "\\\\"
                    case "\"": "\\\""
                    case "\n": "\\n"
                    default: String(character)
                    }
                }
                return "\(name)=\"\(String(escaped))\""
            }
            .joined(separator: ",")
    }
}
