import Billing
import Ledger
import Storage

/// Whether a report can be true, as far as it can be told without the database.
struct UsageCheck {
    /// Reports may lie so far ahead of our clock, and so far back.
    static let futureSeconds: Int64 = 24 * 3600
    static let pastSeconds: Int64 = 400 * 24 * 3600
    /// A billion of the major unit: one wrong report must not fill a book's 64 bits.
    static let costLimit: Int64 = 1_000_000_000_000_000
    /// A day: no provider takes longer to answer.
    static let latencyLimit: Int64 = 86_400_000

    let now: Instant

    func check(_ report: UsageReport) throws(WorkerError) {
        try checkContent(report)
        try checkTime(report)
    }

    /// All but its time, which only matters for an event that is not known yet.
    func checkContent(_ report: UsageReport) throws(WorkerError) {
        try FieldCheck.name("id", report.eventID, 1...200)
        try FieldCheck.name("source", report.source, 1...200)
        guard report.source != UsageEvent.correctionSource else {
            throw .invalid(
                "source", "this source is that of corrections: POST /v1/usage/{id}/corrections", code: "source_taken")
        }
        guard report.source != UsageEvent.authorizationSource || report.authorization != nil else {
            throw .invalid(
                "source", "this source is that of captures: POST /v1/authorizations/{id}/capture", code: "source_taken")
        }
        if report.key == nil || !report.customer.isEmpty { try FieldCheck.name("customer", report.customer, 1...200) }
        try checkLabels(report)
        try FieldCheck.metadata(report.metadata)
        try checkAmounts(report)
    }

    func checkTime(_ report: UsageReport) throws(WorkerError) {
        guard let time = report.time else { return }
        guard time <= now.adding(seconds: Self.futureSeconds) else {
            throw .invalid("time", "time lies more than a day in the future", code: "time_in_future")
        }
        guard time >= now.adding(seconds: -Self.pastSeconds) else {
            throw .invalid("time", "time lies more than 400 days in the past", code: "time_too_old")
        }
    }

    private func checkLabels(_ report: UsageReport) throws(WorkerError) {
        let labels = [
            ("provider", report.provider), ("model", report.model), ("feature", report.feature),
            ("action", report.action), ("product", report.product), ("organization", report.organization),
        ]
        for (field, text) in labels { if let text { try FieldCheck.text(field, text, 1...200) } }
        // A secret may by chance look like a card number; it is not kept.
        guard let key = report.key else { return }
        guard (1...512).contains(key.utf8.count) else {
            throw .invalid("key", "key must be the id or the secret of an API key")
        }
    }

    private func checkAmounts(_ report: UsageReport) throws(WorkerError) {
        if let cost = report.costMicros {
            guard cost >= 0 else {
                throw .invalid("cost_micros", "cost_micros must be zero or more", code: "negative_cost")
            }
            guard cost <= Self.costLimit else {
                throw .invalid("cost_micros", "cost_micros must be at most \(Self.costLimit)", code: "cost_too_large")
            }
        } else if report.quantities.isEmpty, report.product == nil {
            throw .invalid(
                "cost_micros", "say what it cost in cost_micros, or how much was used in quantities", code: "no_cost")
        }
        guard report.quantities.units.count <= Quantities.mostUnits else {
            throw .invalid("quantities", "quantities must name at most \(Quantities.mostUnits) units")
        }
        for (unit, quantity) in report.quantities.sorted {
            guard (Quantity.zero...Quantity.most).contains(quantity) else {
                throw .invalid(
                    "quantities.\(unit)", "\(unit) must be 0 to \(Quantity.most), with at most 6 decimals",
                    code: "bad_quantity")
            }
        }
        if let latency = report.latencyMs, !(0...Self.latencyLimit).contains(latency) {
            throw .invalid("latency_ms", "latency_ms must be 0 to \(Self.latencyLimit)")
        }
    }
}

extension UsageEvent {
    /// Corrections have it to themselves.
    static let correctionSource = "correction"
}

/// An event as far as a report under the same name is held against it.
struct RecordedUsage {
    let event: UsageEvent
    /// The customer's external id.
    let customer: String
    /// The cost that the caller gave; `nil` where the catalogue made it.
    let givenCost: Int64?

    /// The field that the report has something else in; `nil` for the same event again.
    /// - Parameter key: the id of the key that the report names.
    func difference(from report: UsageReport, key: String?) -> String? {
        let labels = event.labels
        let names = ["", customer, event.customer.text]
        if !names.contains(report.customer) { return "customer" }
        if givenCost != report.costMicros { return "cost_micros" }
        if let unit = (event.quantities.units + report.quantities.units).first(where: { unit in
            event.quantities[unit] != report.quantities[unit]
        }) {
            return "quantities.\(unit)"
        }
        let texts = [
            ("provider", labels.provider, report.provider), ("model", labels.model, report.model),
            ("feature", labels.feature, report.feature), ("action", labels.action, report.action),
            ("product", labels.product, report.product),
            ("organization", labels.organization, report.organization), ("key", labels.key, key),
        ]
        if let differing = texts.first(where: { $0.1 != $0.2 }) { return differing.0 }
        if event.latencyMs != report.latencyMs { return "latency_ms" }
        if event.metadata != report.metadata { return "metadata" }
        if let time = report.time, time != event.time { return "time" }
        return nil
    }
}

extension WorkerError {
    static func eventDiffers(_ field: String) -> WorkerError {
        WorkerError(
            .conflict, "event_differs", "an event with this id and source is here already, with another \(field)",
            field: field)
    }
}
