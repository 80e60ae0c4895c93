import Billing
import Stripe

/// How an account stands by Stripe's word. Source: docs.stripe.com/api/accounts/object.
struct AccountStanding: Hashable {
    let status: ConnectedAccount.Status
    /// Stripe's `disabled_reason` while charges are off and the merchant has said everything at least once.
    let reason: String?
    /// What Stripe wants to know, the overdue first.
    let due: [String]

    init(_ account: Account) {
        let overdue = account.requirements?.pastDue ?? []
        due = overdue + (account.requirements?.currentlyDue ?? []).filter { !overdue.contains($0) }
        if account.chargesEnabled {
            (status, reason) = (.connected, nil)
        } else if !account.detailsSubmitted {
            (status, reason) = (.incomplete, nil)
        } else {
            (status, reason) = (.restricted, account.requirements?.disabledReason ?? "other")
        }
    }

    /// Charges are off until Stripe knows the account again: the reason may be our key as well as the merchant.
    static let accessLost = AccountStanding(.restricted, ConnectedAccount.Reason.accessLost.rawValue)

    private init(_ status: ConnectedAccount.Status, _ reason: String) {
        self.status = status
        self.reason = reason
        due = []
    }
}
