/// What of an answer is a customer's business. What the merchant pays and earns is not, nor how much all customers
/// together have used.
extension JSON {
    var forCustomers: JSON {
        guard case .object(let members) = self else { return self }
        let shown = members.compactMap { name, value -> (name: String, value: JSON)? in
            switch name {
            case "cost_micros", "held_cost_micros", "markup_percent", "margin_micros": nil
            case "limits", "notices": (name, value.withoutMerchants)
            case "throttled_by": (name, value.isOfMerchant ? .null : value)
            case "refusal": (name, value.isOfMerchant ? value.refusalForCustomers : value)
            default: (name, value)
            }
        }
        return .object(shown)
    }

    /// Of a refusal by a limit of the merchant's, only that there is one, and when it begins anew.
    var refusalForCustomers: JSON {
        guard isOfMerchant, case .object(let members) = self else { return self }
        let hidden: Set = ["limit", "scope", "used", "spent", "held", "cap", "asked"]
        return .object(
            members.filter { !hidden.contains($0.name) }.map { name, value in
                name == "detail" ? (name, "a limit of the service does not allow it") : (name, value)
            })
    }

    /// Whether it tells of a limit of the whole account, or of what the providers take.
    private var isOfMerchant: Bool {
        if case .string("account") = member("scope") { return true }
        if case .string(let limit) = member("limit") { return limit.hasSuffix("cost_micros") }
        return false
    }

    private var withoutMerchants: JSON {
        guard case .array(let elements) = self else { return self }
        return .array(elements.filter { !$0.isOfMerchant })
    }
}
