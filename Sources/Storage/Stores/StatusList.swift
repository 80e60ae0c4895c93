import Billing

/// The states that queries ask for, as lists of SQL, of the rules' own cases. They stand in the order of the partial
/// indexes: SQLite takes one of these only for a condition in its very words.
enum StatusList {
    static let openCharges = list(ChargeStatus.allCases.filter { !$0.isFinal })
    /// Those that wait for another try or for the customer.
    static let unpaidCharges = list(ChargeStatus.allCases.filter { !$0.isFinal && $0 != .pending })
    static let finalCharges = list(ChargeStatus.allCases.filter(\.isFinal))
    static let openTopUps = list(TopUp.Status.allCases.filter(\.isOpen))
    static let openRefunds = list(Refund.Status.allCases.filter(\.isOpen))
    static let voidRefunds = list(Refund.Status.allCases.filter(\.isVoid))
    static let endedDisputes = list([Dispute.Status.won, .lost, .prevented, .warningClosed])

    private static func list(_ states: [some RawRepresentable<String>]) -> String {
        states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
