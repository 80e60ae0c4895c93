import Billing
import Ledger
import Metrics
import Worker

/// The figures that are read when Prometheus asks, and not counted as things happen.
struct OperatingGauges {
    private let metrics: PrometheusMetrics

    init(_ metrics: PrometheusMetrics) { self.metrics = metrics }

    func set(_ figures: OperatingFigures, residentBytes: Int64?) {
        set("inbox_depth", figures.inboxDepth)
        set("inbox_age_seconds", figures.inboxAgeSeconds)
        set("inbox_parked", figures.parkedEvents)
        set("outbox_depth", figures.outboxDepth)
        set("outbox_age_seconds", figures.outboxAgeSeconds)
        // A status that no charge has any more is 0, and does not keep its last figure.
        for status in ChargeStatus.allCases where !status.isFinal {
            set("charges_open", figures.openCharges[status.rawValue] ?? 0, [("status", status.rawValue)])
        }
        set(
            "unexplained_micros",
            figures.unexplainedMicros.values.reduce(0) { $0.addingReportingOverflow($1).partialValue })
        for (currency, micros) in figures.unexplainedMicros {
            set("unexplained_micros_by_currency", micros, [("currency", currency.code)])
        }
        set("unexplained_rows", figures.unexplainedRows)
        if let age = figures.reconciliationAgeSeconds { set("reconciliation_age_seconds", age) }
        if let residentBytes { set("resident_memory_bytes", residentBytes) }
    }

    private func set(_ name: String, _ value: Int64, _ labels: [(String, String)] = []) {
        metrics.makeMeter(label: name, dimensions: labels).set(value)
    }
}
