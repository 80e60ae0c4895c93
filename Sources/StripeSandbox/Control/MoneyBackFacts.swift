/// A refund that this Stripe has made, for a judge who compares it with somebody's books.
public struct RefundFact: Sendable, Hashable {
    /// `acct_…` of the merchant.
    public let account: String
    /// `re_…` or `pyr_…`.
    public let refund: String
    public let paymentIntent: String
    /// Minor units.
    public let amount: Int64
    /// Failed or canceled: its money is back.
    public let isReturned: Bool
}

/// A dispute as this Stripe has it.
public struct DisputeFact: Sendable, Hashable {
    public let account: String
    /// `du_…`.
    public let dispute: String
    public let paymentIntent: String
    /// Minor units; it can differ from the payment's.
    public let amount: Int64
    /// In Stripe's words.
    public let status: String
    /// The lines of the Stripe balance by which it moved money: out, in, out, and so on.
    public let movements: [String]

    public var isWithdrawn: Bool { movements.count % 2 == 1 }
}

extension StripeSandbox {
    /// Every refund, account by account, in the order in which they were made.
    public func refundFacts() -> [RefundFact] {
        world.accounts.oldestFirst().flatMap { account in
            world[account.id].refunds.oldestFirst().map { refund in
                RefundFact(
                    account: account.id, refund: refund.id, paymentIntent: refund.intent, amount: refund.amount,
                    isReturned: refund.failureTransaction != nil)
            }
        }
    }

    /// Every dispute, account by account, in the order in which they were opened.
    public func disputeFacts() -> [DisputeFact] {
        world.accounts.oldestFirst().flatMap { account in
            world[account.id].disputes.oldestFirst().map { dispute in
                DisputeFact(
                    account: account.id, dispute: dispute.id, paymentIntent: dispute.intent, amount: dispute.amount,
                    status: dispute.status.rawValue, movements: dispute.transactions.map(\.id))
            }
        }
    }

    /// `acct_…` of the platform itself.
    public var platformAccount: String { world.platform }

    /// What an account's balance comes to, by currency: all its lines, less their fees. Minor units.
    public func balances(of account: String) -> [String: Int64] {
        world[account].transactions.oldestFirst().reduce(into: [:]) { sums, line in
            sums[line.currency, default: 0] += line.net
        }
    }
}
