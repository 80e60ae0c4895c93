import Billing

extension Page {
    /// How a merchant's connection to Stripe stands, in words for the merchant.
    init(standingOf account: ConnectedAccount) {
        let name = account.name
        switch account.status {
        case .connected:
            self.init("Stripe is connected", "Payments to \(name) can be taken now. You can close this page.")
            badge = ("Connected", .good)
        case .restricted:
            self.init("Stripe needs more from you", "Until then Stripe takes no payments for \(name).")
            badge = ("Restricted", .wait)
            items = account.requirementsDue.prefix(Self.longestList).map(Self.words)
        case .incomplete:
            self.init("Not finished yet", "Stripe does not have all it needs for \(name).")
            badge = ("Incomplete", .wait)
            items = account.requirementsDue.prefix(Self.longestList).map(Self.words)
        case .disconnected:
            self.init("Stripe is disconnected", "No payments are taken for \(name) any more.")
            badge = ("Disconnected", .bad)
        case .unbilled:
            self.init("Nothing to connect", "The use of \(name) is metered, and nobody is charged.")
            badge = ("No payments", .wait)
        }
    }

    private static let longestList = 12

    /// A requirement as Stripe names it (`individual.verification.document`), in words.
    private static func words(_ requirement: String) -> String {
        let parts = requirement.split(separator: ".").filter { !$0.hasPrefix("person_") }
        let text = parts.joined(separator: ": ").replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
