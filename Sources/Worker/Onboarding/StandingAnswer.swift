import Billing
import Ledger
import Storage
import Stripe

/// What Stripe said of an account when it was asked.
struct StandingAnswer: Sendable {
    let account: ConnectedAccount.ID
    let stripeAccount: String
    /// The number of the question.
    let question: Int
    /// `nil` when Stripe does not know the account as one of the platform's.
    let standing: AccountStanding?
}

// Answers may overtake each other, and so do webhooks. So every question is numbered before it is put, an answer
// counts only if no later one is known; disconnecting outdates all that were put before it.
extension Onboarding {
    /// - Returns: `nil` when there is nothing to ask: the account is disconnected, or has no Stripe account of its
    ///   own.
    /// - Throws: `StripeError` when there is no answer.
    func ask(_ id: ConnectedAccount.ID) async throws -> StandingAnswer? {
        let question = try await context.database.write { tx -> (stripeAccount: String, number: Int)? in
            guard let account = try tx.accounts.find(id) else { throw WorkerError.notFound("account") }
            guard account.stripeMode == .connect, account.status != .disconnected,
                let stripeAccount = account.stripeAccount
            else { return nil }
            return (stripeAccount, try tx.onboardings.ask(id, at: context.now))
        }
        guard let (stripeAccount, number) = question else { return nil }
        let stripe = try context.requireStripe()
        let standing: AccountStanding?
        do {
            standing = AccountStanding(try await stripe.send(Account.retrieve(stripeAccount), context))
        } catch let error as StripeError where error.isAccessLost {
            standing = nil
        }
        return StandingAnswer(account: id, stripeAccount: stripeAccount, question: number, standing: standing)
    }

    /// - Returns: the account, changed or not.
    @discardableResult
    func keep(_ answer: StandingAnswer, in tx: Transaction) throws -> ConnectedAccount {
        let account = try connectAccount(answer.account, in: tx)
        guard account.stripeAccount == answer.stripeAccount,
            try tx.onboardings.accept(answerTo: answer.question, account.id)
        else { return account }
        // Lost access may be our key's fault as well as the merchant's will, so it ends nothing, and is asked about on.
        let standing = answer.standing ?? .accessLost
        try tx.accounts.setStanding(account.id, standing.status, reason: standing.reason, due: standing.due)
        if standing.status == .connected, account.status != .connected {
            try Charging(context: context).markAllDueAtThreshold(account, in: tx)
        }
        return try connectAccount(account.id, in: tx)
    }

    /// The merchant has withdrawn, says an event that may be older than a new connection: the account is
    /// disconnected if the answer agrees.
    func deauthorize(_ answer: StandingAnswer, in tx: Transaction) throws {
        let account = try keep(answer, in: tx)
        guard answer.standing == nil, account.statusReason == ConnectedAccount.Reason.accessLost.rawValue else {
            return
        }
        try disconnect(account.id, .disconnectedByMerchant, by: .stripe, in: tx)
    }

    /// From here on nothing is sent for the account, no link that was handed out works, and no answer that is under
    /// way connects it again. What has accrued stays.
    func disconnect(
        _ id: ConnectedAccount.ID, _ reason: ConnectedAccount.Reason, by actor: Actor, in tx: Transaction
    ) throws {
        try tx.accounts.setStanding(id, .disconnected, reason: reason.rawValue)
        try tx.onboardings.outdateQuestions(id)
        try tx.onboardingLinks.deleteAll(account: id)
        try tx.oauthStates.deleteAll(account: id)
        let change = AuditChange(field: "status_reason", from: nil, to: reason.rawValue)
        try context.audit(.disconnected, .account, id.text, of: id, [change], by: actor, in: tx)
    }
}
