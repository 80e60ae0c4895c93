import Billing
import Stripe

/// A line of a merchant's Stripe balance, with what is known of the payment behind it.
struct BalanceLine: Sendable {
    let transaction: BalanceTransaction
    let paymentIntent: String?
    /// What the payment says that it was made for.
    let claim: Claim?
    /// Minor units that the customer paid, and their currency; it need not be that of the balance.
    let paid: (amount: Int64, currency: String)?

    enum Claim: Hashable, Sendable {
        case charge(Billing.Charge.ID)
        case topUp(TopUp.ID)

        init?(_ metadata: [String: String]?) {
            if let id = metadata?[StripeMetadata.charge] {
                self = .charge(Billing.Charge.ID(stored: id))
            } else if let id = metadata?[StripeMetadata.topUp] {
                self = .topUp(TopUp.ID(stored: id))
            } else {
                return nil
            }
        }
    }

    /// What a list of lines has to expand.
    static let expansion = ["data.source"]

    /// A line as the list has it. Stripe copies a PaymentIntent's metadata to the charge that it makes.
    init(_ transaction: BalanceTransaction) {
        let source = transaction.source?.object
        self.transaction = transaction
        paymentIntent = source?.paymentIntent?.id
        claim = Claim(source?.metadata)
        paid =
            if source?.object == "charge", let amount = source?.amount, let currency = source?.currency {
                (amount, currency)
            } else {
                nil
            }
    }

    /// A line as a refund or a dispute tells of it.
    init(_ transaction: BalanceTransaction, of paymentIntent: String?) {
        self.transaction = transaction
        self.paymentIntent = paymentIntent
        claim = nil
        paid = nil
    }

    /// The line of a payment, as the PaymentIntent has it.
    /// - Returns: `nil` when it did not come expanded.
    init?(of intent: PaymentIntent) {
        guard let charge = intent.latestCharge?.object, let transaction = charge.balanceTransaction?.object else {
            return nil
        }
        self.transaction = transaction
        paymentIntent = intent.id
        claim = Claim(intent.metadata)
        paid = (charge.amount, charge.currency)
    }
}

extension BalanceTransaction {
    /// What a line is, by Stripe's word for it. https://docs.stripe.com/reports/balance-transaction-types
    enum Nature: Sendable {
        /// `dispute` is any adjustment; which of them a dispute made, the dispute says.
        case payment, refund, dispute, payout, stripeFee, platformFee
        /// Transfers, top-ups, holds …
        case other

        init(_ type: String) {
            self =
                switch type {
                case "charge", "payment": .payment
                case "refund", "payment_refund", "payment_failure_refund", "payment_reversal", "refund_failure":
                    .refund
                case "adjustment": .dispute
                case "payout", "payout_cancel", "payout_failure": .payout
                case "application_fee", "application_fee_refund": .platformFee
                case "stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost": .stripeFee
                default: .other
                }
        }
    }

    var nature: Nature { Nature(type) }
}
