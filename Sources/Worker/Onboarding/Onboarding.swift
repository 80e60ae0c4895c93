import Billing
import Ledger
import Storage
import Stripe

/// How merchants connect their Stripe accounts, how the connection stands, and how it ends.
///
/// Two ways lead in: an onboarding link, for which Bursar makes a Standard account at Stripe, and OAuth, for an
/// account that exists. What Stripe says when it is asked is the truth; webhooks only say that it is time to ask.
public struct Onboarding: Sendable {
    let context: WorkerContext

    /// The account, if its merchant can have a Stripe account of their own.
    func connectAccount(_ id: ConnectedAccount.ID, in tx: Transaction) throws -> ConnectedAccount {
        guard let account = try tx.accounts.find(id) else { throw WorkerError.notFound("account") }
        guard account.stripeMode == .connect else { throw WorkerError.notConnect }
        return account
    }

    /// The path under which a merchant's browser reaches Bursar.
    func page(_ path: String) -> String { context.policy.publicURL + path }
}

extension WorkerError {
    static let notConnect = WorkerError(
        .conflict, "account_not_connect",
        "only an account with stripe connect is connected by its merchant; make another account for that")

    static let alreadyConnected = WorkerError(
        .conflict, "account_already_connected", "the account is connected already, and charges are enabled")

    static let reconnectByOAuth = WorkerError(
        .conflict, "reconnect_by_oauth",
        "the platform has lost access to the merchant's Stripe account; make a link by POST …/oauth_links instead")
}

extension StripeError {
    /// True when Stripe does not know the account as one of the platform's.
    var isAccessLost: Bool {
        kind == .rejected
            && (code == .accountInvalid || ["account_invalid", "resource_missing"].contains(details.code ?? ""))
    }
}
