import Billing
import Storage

/// What of an event a meter's filter may ask for.
struct MeterAttributes {
    private(set) var texts: [String: String] = [:]

    init(_ report: UsageReport, by customer: Customer, key: ApiKey?) {
        for (name, value) in report.metadata { texts["metadata.\(name)"] = value }
        texts["customer"] = customer.externalID
        texts["provider"] = report.provider
        texts["model"] = report.model
        texts["feature"] = report.feature
        texts["action"] = report.action
        texts["key"] = key?.id.text
        texts["organization"] = report.organization ?? customer.organization
        texts["product"] = report.product
    }

    /// Of an event that was recorded. An organization that it does not name was the customer's own.
    init(_ event: UsageEvent, by customer: Customer) {
        for (name, value) in event.metadata { texts["metadata.\(name)"] = value }
        texts["customer"] = customer.externalID
        texts["provider"] = event.labels.provider
        texts["model"] = event.labels.model
        texts["feature"] = event.labels.feature
        texts["action"] = event.labels.action
        texts["key"] = event.labels.key
        texts["organization"] = event.labels.organization ?? customer.organization
        texts["product"] = event.labels.product
    }
}
