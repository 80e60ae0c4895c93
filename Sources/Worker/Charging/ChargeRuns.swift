import Billing
import Ledger
import Logging
import Storage

/// Charges nobody asked for: of each account's cycle, and of customers whose accrued usage has reached the threshold.
public struct ChargeRuns: Sendable {
    let context: WorkerContext

    /// After a charge that came to nothing the customer is left alone for so long: what Stripe refused it will refuse
    /// again, and each reported use would ask anew.
    static let restSeconds: Int64 = 12 * 3_600

    /// Starts the run of one account that is due, or takes one due customer.
    /// - Returns: `false` when neither is there.
    public func step() async throws -> Bool {
        try await context.database.write { [context] tx in
            if let account = try tx.accounts.nextDue(at: context.now) {
                try tx.customers.markAllDue(account: account.id)
                try tx.accounts.setNextRun(account.id, at: account.cycle.nextRun(after: context.now))
                return true
            }
            guard let customer = try tx.customers.nextDue() else { return false }
            try tx.customers.clearDue(customer.id)
            try charge(customer, in: tx)
            return true
        }
    }

    /// What cannot be charged now (too little, no card, an open charge, an account that is not connected) stays accrued
    /// and is looked at again in the next run.
    private func charge(_ customer: Customer, in tx: Transaction) throws {
        guard let account = try tx.accounts.find(customer.account) else { return }
        let open = try tx.charges.open(of: customer.id)
        guard open == nil, try !isResting(customer, in: tx) else { return }
        do {
            _ = try Charging(context: context).open(customer, account: account, in: tx)
        } catch let error as WorkerError {
            context.logger.debug("Not charged", metadata: ["customer": "\(customer.id)", "code": "\(error.code)"])
        }
    }

    private func isResting(_ customer: Customer, in tx: Transaction) throws -> Bool {
        guard let latest = try tx.charges.latest(of: customer.id), latest.status == .canceled else { return false }
        // What was given up is not begun anew with the same card: that would be the same tries once more.
        if latest.dunning.endedAt != nil {
            let tried = try tx.chargeAttempts.list(of: latest.id).map(\.method)
            if tried.contains(customer.paymentMethod) { return true }
        }
        return latest.updatedAt.adding(seconds: Self.restSeconds) > context.now
    }
}
