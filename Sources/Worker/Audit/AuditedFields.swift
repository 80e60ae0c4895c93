import Billing
import Ledger
import Storage

/// A thing as the audit log sees it: its settings by name, written as the API writes them.
struct AuditedFields {
    private var values: [String: String] = [:]

    mutating func add(_ field: String, _ value: String?) { values[field] = value }

    mutating func add(_ field: String, _ value: Int64?) { values[field] = value.map { String($0) } }

    mutating func add(_ field: String, _ value: Bool?) { values[field] = value.map { $0 ? "true" : "false" } }

    mutating func add(_ field: String, _ value: Percent?) { values[field] = value.map { "\($0.decimal)" } }

    mutating func add(_ field: String, _ texts: [String: String]) {
        for (name, text) in texts { values["\(field).\(name)"] = text }
    }

    /// Every leaf of what `value` is as JSON, by its path.
    mutating func add(_ field: String, leavesOf value: some Encodable) throws {
        for leaf in try JSONTree(value).texts(under: field) { values[leaf.path] = leaf.text }
    }

    /// What is different now, by name.
    static func changes(from old: AuditedFields = AuditedFields(), to new: AuditedFields) -> [AuditChange] {
        Set(old.values.keys).union(new.values.keys).sorted().compactMap { field in
            let (from, to) = (old.values[field], new.values[field])
            return from == to ? nil : AuditChange(field: field, from: from, to: to)
        }
    }
}

extension ConnectedAccount {
    /// What the platform decides; what Stripe decides is no setting.
    func audited() throws -> AuditedFields {
        var fields = AuditedFields()
        fields.add("name", name)
        fields.add("email", email)
        fields.add("country", country)
        fields.add("currency", currency.code)
        fields.add("stripe", stripeMode.rawValue)
        fields.add("markup_percent", markup)
        fields.add("application_fee_percent", applicationFeePercent)
        fields.add("application_fee_fixed", applicationFeeFixed)
        fields.add("cycle", cycle.rawValue)
        fields.add("charge_threshold", chargeThreshold)
        fields.add("top_up_minimum", topUpMinimum)
        fields.add("top_up_maximum", topUpMaximum)
        try fields.add("terms", leavesOf: terms)
        return fields
    }
}

extension Customer {
    var audited: AuditedFields {
        var fields = AuditedFields()
        fields.add("external_id", externalID)
        fields.add("name", name)
        fields.add("email", email)
        fields.add("metadata", metadata)
        fields.add("stripe_customer", stripeCustomer)
        fields.add("payment_method", paymentMethod)
        fields.add("plan", plan?.text)
        fields.add("status", status.rawValue)
        fields.add("blocked_reason", blockedReason)
        fields.add("time_zone", timeZone)
        fields.add("prepaid", prepaid)
        fields.add("organization", organization)
        return fields
    }
}

extension ApiKey {
    /// All but the secret, of which nothing is ever written down.
    var audited: AuditedFields {
        var fields = AuditedFields()
        fields.add("name", name)
        fields.add("hint", hint)
        fields.add("origin", origin.rawValue)
        fields.add("customer", scope.customer?.text)
        fields.add("max_spend", maxSpend)
        fields.add("expires_at", expiresAt?.rfc3339)
        fields.add("allowed_models", allowedModels?.joined(separator: ", "))
        fields.add("replaces", replaces?.text)
        fields.add("replaced_by", replacedBy?.text)
        return fields
    }
}
