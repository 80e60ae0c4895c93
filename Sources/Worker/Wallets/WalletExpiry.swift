import Billing
import Ledger
import Storage

/// Takes out what is past its expiry, in wallets that nobody opens.
public struct WalletExpiry: Sendable {
    let context: WorkerContext

    /// Clears one customer's wallet of it.
    /// - Returns: `false` when no lot is past its expiry.
    public func step() async throws -> Bool {
        let now = context.now
        let isAny = try await context.database.read { tx in try tx.wallets.nextExpired(at: now) != nil }
        guard isAny else { return false }
        return try await context.database.write { tx in
            guard let id = try tx.wallets.nextExpired(at: now), let customer = try tx.customers.find(id),
                let account = try tx.accounts.find(customer.account)
            else { return false }
            _ = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).open(at: now)
            return true
        }
    }
}
