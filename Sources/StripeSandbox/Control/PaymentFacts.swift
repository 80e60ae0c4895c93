/// Money that this Stripe has taken, for a judge who compares it with somebody's books.
public struct PaymentFact: Sendable, Hashable {
    /// `acct_…` of the merchant.
    public let account: String
    public let paymentIntent: String
    /// `ch_…` or `py_…`: the attempt that succeeded.
    public let charge: String
    /// Minor units, as Stripe counts them.
    public let amount: Int64
    public let currency: String
    /// What the payment was marked with.
    public let metadata: [String: String]
}

extension StripeSandbox {
    /// Every payment that has succeeded, account by account, in the order in which they were made.
    public func paymentFacts() -> [PaymentFact] { world.paymentFacts }
}

extension World {
    fileprivate var paymentFacts: [PaymentFact] {
        accounts.oldestFirst().flatMap { account in
            self[account.id].intents.oldestFirst().filter { $0.status == .succeeded }.map { intent in
                PaymentFact(
                    account: account.id, paymentIntent: intent.id, charge: intent.latestCharge ?? "",
                    amount: intent.amountReceived, currency: intent.currency,
                    metadata: Dictionary(
                        intent.metadata.members.compactMap { member in member.value.string.map { (member.key, $0) } },
                        uniquingKeysWith: { first, _ in first }))
            }
        }
    }
}
