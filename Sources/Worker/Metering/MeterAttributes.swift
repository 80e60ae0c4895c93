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

    /// Of an event that was recorded, with the organization that it was counted under.
    init(_ event: UsageEvent, by customer: Customer) {
        for (name, value) in event.metadata { texts["metadata.\(name)"] = value }
        texts["customer"] = customer.externalID
        texts["provider"] = event.labels.provider
        texts["model"] = event.labels.model
        texts["feature"] = event.labels.feature
        texts["action"] = event.labels.action
        texts["key"] = event.labels.key
        if let counted = event.countedOrganization {
            texts["organization"] = counted.isEmpty ? nil : counted
        } else {
            texts["organization"] = event.labels.organization ?? customer.organization
        }
        texts["product"] = event.labels.product
    }
}
