public import Billing
import Ledger
import Logging
import Storage
import Stripe

extension Onboarding {
    /// Ends the connection: first here, so that nothing more is sent, then at Stripe. Calling it again tells Stripe
    /// again if that has not worked yet. The account's `statusReason` says how far it came, and `nextStep` what is
    /// left to do.
    /// - Throws: `not_found`, `account_not_connect`, `account_not_connected`.
    public func disconnect(_ id: ConnectedAccount.ID, by actor: Actor) async throws -> ConnectedAccount {
        let account = try await context.database.write { tx in
            let account = try connectAccount(id, in: tx)
            guard account.stripeAccount != nil else { throw WorkerError.notConnected }
            guard account.status != .disconnected else { return account }
            try disconnect(id, .withdrawalPending, by: actor, in: tx)
            return try connectAccount(id, in: tx)
        }
        guard account.statusReason == ConnectedAccount.Reason.withdrawalPending.rawValue else { return account }
        return try await withdraw(account)
    }

    /// Tells Stripe that a disconnected account's access is given up.
    func withdraw(_ account: ConnectedAccount) async throws -> ConnectedAccount {
        let reason = await withdrawal(of: account)
        return try await context.database.write { tx in
            if let reason { try tx.accounts.setReason(account.id, reason, while: .disconnected) }
            return try connectAccount(account.id, in: tx)
        }
    }

    /// - Returns: how it ended; `nil` when that is not known yet.
    private func withdrawal(of account: ConnectedAccount) async -> ConnectedAccount.Reason? {
        guard let stripe = context.stripe, let stripeAccount = account.stripeAccount else { return nil }
        guard let clientID = stripe.clientID else { return .accessRemains }
        do {
            _ = try await stripe.client.send(
                OAuth.Deauthorization.create(clientID: clientID, account: stripeAccount))
            return .disconnectedByPlatform
        } catch {
            context.logger.notice("Stripe did not confirm a disconnecting", metadata: ["error": "\(error)"])
            switch error.details.code {
            case "no_deauth_on_controlled_account": return .accessRemains
            // Said both of an account that is not connected (any more) and of one that OAuth cannot disconnect.
            case "invalid_client": return await remainingAccess(to: stripeAccount, stripe)
            default: return nil
            }
        }
    }

    private func remainingAccess(to stripeAccount: String, _ stripe: StripeAccess) async -> ConnectedAccount.Reason? {
        do {
            _ = try await stripe.send(Account.retrieve(stripeAccount), context)
            return .accessRemains
        } catch let error as StripeError where error.isAccessLost {
            return .disconnectedByPlatform
        } catch {
            return nil
        }
    }
}

extension WorkerError {
    static let notConnected = WorkerError(
        .conflict, "account_not_connected", "the account has no Stripe account yet, so there is nothing to disconnect")
}
