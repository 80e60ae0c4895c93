public import Billing
import Ledger
import Logging
public import Storage

public import struct Billing.Charge
public import struct Billing.Customer

/// Follows charges that were not paid: tries the same payment again when that may help, waits for the customer where
/// only they can go on, tells, and ends. A failure is planned for in the commit in which it is heard of, whoever
/// brings it; a repeat of the same news plans nothing anew.
public struct Dunning: Sendable {
    let context: WorkerContext

    /// What stands in the way now (Stripe has not answered yet, say) is looked at again after so long.
    static let laterSeconds: Int64 = 3_600

    /// Looks at one charge whose time has come, and tries it again, waits on, or gives it up. A merchant who is not
    /// connected is left alone; what fell due meanwhile is due when they are connected again.
    /// - Returns: `false` when none is due.
    public func step() async throws -> Bool {
        guard context.stripe != nil else { return false }
        let now = context.now
        guard try await context.database.read({ tx in try tx.charges.isDunningDue(at: now) }) else { return false }
        return try await context.database.write { tx in
            guard let charge = try tx.charges.claimDunning(at: now) else { return false }
            guard let account = try tx.accounts.find(charge.account),
                let customer = try tx.customers.find(charge.customer)
            else { return true }
            try tx.charges.update(try goOn(charge, customer: customer, account: account, in: tx))
            return true
        }
    }

    /// Every try of the charge, in their order.
    public func attempts(of charge: Charge, in tx: Transaction) throws -> [ChargeAttempt] {
        try tx.chargeAttempts.list(of: charge.id)
    }

    // MARK: A try begins

    /// Writes down the try that the charge now counts, in the commit that brings it on its way.
    func begin(_ charge: Charge, _ origin: ChargeAttempt.Origin, method: String?, in tx: Transaction) throws {
        let attempt = ChargeAttempt(number: charge.attempt, at: context.now, origin: origin, method: method)
        try tx.chargeAttempts.insert(attempt, of: charge.id)
    }

    /// When another try stays within what the card networks allow; now, as a rule.
    func earliestTry(of charge: Charge, in tx: Transaction) throws -> Instant {
        DunningRule.earliest(from: context.now, after: try attempts(of: charge, in: tx).map(\.at))
    }

    /// The customer's payment method is another: what waits for one need not wait any longer, and what was given up is
    /// tried once more.
    func methodChanged(from before: Customer, to after: Customer, in tx: Transaction) throws {
        guard after.paymentMethod != nil, after.paymentMethod != before.paymentMethod else { return }
        try tx.charges.wakeDunning(of: after.id, at: context.now)
    }

    /// Somebody lets the customer in again: what was given up is tried once more.
    func letIn(_ customer: Customer, in tx: Transaction) throws {
        try tx.charges.wakeGivenUp(of: customer.id, at: context.now)
    }

    // MARK: How it went

    /// Takes in how a charge stands now.
    /// - Returns: the charge with what comes next; it is the caller's to write.
    func follow(_ charge: Charge, in tx: Transaction) throws -> Charge {
        switch charge.status {
        case .failed: return try failed(charge, .declined, in: tx)
        case .requiresAction: return try failed(charge, .requiresAction, in: tx)
        case .pending, .paid, .canceled: break
        }
        var charge = charge
        charge.dunning.rest()
        if charge.status == .paid, charge.dunning.endedAt != nil {
            try DebtBlock(context: context, tx: tx).lift(paid: charge)
        }
        guard var attempt = try attempts(of: charge, in: tx).last else { return charge }
        let outcome: ChargeAttempt.Outcome? =
            switch charge.status {
            case .paid: .paid
            // A try that was declined before stays so.
            case .canceled: attempt.outcome ?? .canceled
            // Stripe works on it again.
            case .pending, .failed, .requiresAction: nil
            }
        guard outcome != attempt.outcome else { return charge }
        attempt.outcome = outcome
        attempt.endedAt = outcome.map { _ in context.now }
        (attempt.code, attempt.advice) = (nil, nil)
        try tx.chargeAttempts.update(attempt, of: charge.id)
        return charge
    }

    private func failed(_ charge: Charge, _ outcome: ChargeAttempt.Outcome, in tx: Transaction) throws -> Charge {
        var attempts = try attempts(of: charge, in: tx)
        guard var last = attempts.popLast() else { return charge }
        let isNews = last.outcome != outcome || last.code != charge.reason || last.advice != charge.adviceCode
        if isNews {
            (last.outcome, last.endedAt) = (outcome, context.now)
            (last.code, last.advice) = (charge.reason, charge.adviceCode)
            try tx.chargeAttempts.update(last, of: charge.id)
        }
        let standing = charge.dunning
        guard isNews || (standing.dueAt == nil && standing.endedAt == nil) else { return charge }
        guard let account = try tx.accounts.find(charge.account),
            let customer = try tx.customers.find(charge.customer)
        else { return charge }
        let notices = DunningNotices(context: context, account: account, tx: tx)
        guard standing.endedAt == nil else {
            try notices.tell(.chargeFailed, charge, of: last)
            return charge
        }
        return try plan(charge, after: attempts + [last], customer: customer, account: account, notices, in: tx)
    }

    // MARK: What comes next

    private func goOn(
        _ charge: Charge, customer: Customer, account: ConnectedAccount, in tx: Transaction
    ) throws -> Charge {
        let attempts = try attempts(of: charge, in: tx)
        guard charge.dunning.endedAt == nil else {
            return try goOnAfterEnd(charge, after: attempts, customer: customer, account: account, in: tx)
        }
        let rule = DunningRule(account.terms.inForce.dunning)
        let decision = rule.decide(
            after: attempts, since: charge.dunning.since ?? context.now, method: customer.paymentMethod,
            at: context.now)
        guard case .retry(let time, let origin) = decision, time <= context.now else {
            // What was open before there was dunning is told of now; all else was told when it failed.
            let notices =
                charge.dunning.since == nil ? DunningNotices(context: context, account: account, tx: tx) : nil
            return try plan(charge, after: attempts, customer: customer, account: account, notices, in: tx)
        }
        return try retry(charge, origin, customer: customer, account: account, in: tx)
    }

    /// What is to be canceled is not paid any more.
    private func goOnAfterEnd(
        _ charge: Charge, after attempts: [ChargeAttempt], customer: Customer, account: ConnectedAccount,
        in tx: Transaction
    ) throws -> Charge {
        var resting = charge
        resting.dunning.rest()
        guard account.terms.inForce.dunning.atEndInForce != .cancel,
            let next = DunningRule.onceMore(after: attempts, method: customer.paymentMethod, at: context.now)
        else { return resting }
        guard next.at <= context.now else {
            resting.dunning.dueAt = next.at
            return resting
        }
        return try retry(charge, next.origin, customer: customer, account: account, in: tx)
    }

    private func retry(
        _ charge: Charge, _ origin: ChargeAttempt.Origin, customer: Customer, account: ConnectedAccount,
        in tx: Transaction
    ) throws -> Charge {
        do {
            return try Charging(context: context).retry(
                charge, customer: customer, account: account, origin: origin, in: tx)
        } catch let error as WorkerError {
            return later(charge, error)
        }
    }

    /// - Parameter notices: `nil` where the failure has been told of.
    private func plan(
        _ charge: Charge, after attempts: [ChargeAttempt], customer: Customer, account: ConnectedAccount,
        _ notices: DunningNotices?, in tx: Transaction
    ) throws -> Charge {
        guard let last = attempts.last else { return charge }
        var planned = charge
        let since = charge.dunning.since ?? context.now
        planned.dunning.since = since
        let rule = DunningRule(account.terms.inForce.dunning)
        switch rule.decide(after: attempts, since: since, method: customer.paymentMethod, at: context.now) {
        case .retry(let time, _):
            (planned.dunning.dueAt, planned.dunning.wait) = (time, .retry)
            try notices?.tell(.chargeFailed, planned, of: last)
        case .wait(let end):
            (planned.dunning.dueAt, planned.dunning.wait) = (end, .customer)
            try notices?.tell(.chargeNeedsCustomer, planned, of: last)
        case .over(let reason):
            try notices?.tell(.chargeFailed, planned, of: last)
            return try end(planned, reason, after: last, customer: customer, account: account, in: tx)
        }
        return planned
    }

    // MARK: The end

    private func end(
        _ charge: Charge, _ reason: DunningStanding.EndReason, after last: ChargeAttempt, customer: Customer,
        account: ConnectedAccount, in tx: Transaction
    ) throws -> Charge {
        switch account.terms.inForce.dunning.atEndInForce {
        case .leave: break
        case .block: try DebtBlock(context: context, tx: tx).set(givenUp: charge, of: customer, account)
        case .cancel:
            do {
                _ = try Charging(context: context).cancel(charge, account: account, in: tx)
            } catch let error as WorkerError {
                return later(charge, error)
            }
        }
        var ended = charge
        ended.dunning.rest()
        (ended.dunning.endedAt, ended.dunning.endReason) = (context.now, reason)
        ended.updatedAt = context.now
        try DunningNotices(context: context, account: account, tx: tx).tell(.chargeGivenUp, ended, of: last)
        return ended
    }

    private func later(_ charge: Charge, _ error: WorkerError) -> Charge {
        context.logger.debug("Not now", metadata: ["charge": "\(charge.id)", "code": "\(error.code)"])
        var postponed = charge
        postponed.dunning.dueAt = context.now.adding(seconds: Self.laterSeconds)
        postponed.dunning.wait = charge.dunning.wait ?? .retry
        return postponed
    }
}
