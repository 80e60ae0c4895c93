public import Billing
import Foundation

/// Which of an account's customers. What is `nil` does not matter.
public struct CustomerFilter: Hashable, Sendable {
    public var account: ConnectedAccount.ID
    /// A part of the name, the e-mail address, the external id or our id; case and accents do not matter.
    public var text: String?
    public var status: Customer.Status?
    public var plan: Plan.ID?
    public var organization: String?

    public init(
        account: ConnectedAccount.ID, text: String? = nil, status: Customer.Status? = nil, plan: Plan.ID? = nil,
        organization: String? = nil
    ) {
        self.account = account
        self.text = text
        self.status = status
        self.plan = plan
        self.organization = organization
    }

    /// Each filter has an index that gives its customers in the order of their ids. A part of a name has none: it is
    /// looked for in the customers that the other filters leave. A whole id is found at once.
    func conditions(after: Customer.ID?) -> Conditions {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("status = ?", status?.rawValue)
        query.add("plan = ?", plan?.text)
        query.add("organization = ?", organization)
        query.add("id < ?", after?.text)
        if let text, Customer.ID(text) != nil {
            query.add("id = ?", text)
        } else {
            query.add("search LIKE ? ESCAPE '!'", text.map(SearchText.pattern))
        }
        return query
    }
}

/// A customer's names in one text, in which case, accents and width do not tell letters apart.
enum SearchText {
    static func of(_ customer: Customer) -> String {
        [customer.id.text, customer.externalID, customer.name, customer.email].compactMap { $0 }.map(folded)
            .joined(separator: "\n")
    }

    /// For LIKE, in which the caller's own signs stand for themselves.
    static func pattern(_ text: String) -> String {
        let plain = folded(text).replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
        return "%\(plain)%"
    }

    private static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}
