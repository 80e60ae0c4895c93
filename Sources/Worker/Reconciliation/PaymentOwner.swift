import Billing
import Ledger
import Storage

/// The charge or top-up that a payment was made for, as the books have it.
struct PaymentOwner: Hashable, Sendable {
    let id: String
    let account: ConnectedAccount.ID
    let customer: Customer.ID
    let paymentIntent: String?
    /// Minor units.
    let amount: Int64
    let currency: Currency
    let applicationFee: Int64

    init(_ charge: Charge) {
        id = charge.id.text
        account = charge.account
        customer = charge.customer
        paymentIntent = charge.paymentIntent
        amount = charge.amount
        currency = charge.currency
        applicationFee = charge.applicationFee
    }

    init(_ topUp: TopUp) {
        id = topUp.id.text
        account = topUp.account
        customer = topUp.customer
        paymentIntent = topUp.paymentIntent
        amount = topUp.amount
        currency = topUp.currency
        applicationFee = topUp.applicationFee
    }

    /// Finds it by the PaymentIntent, or by what the payment says of itself.
    static func find(_ line: BalanceLine, in tx: Transaction) throws -> PaymentOwner? {
        if let intent = line.paymentIntent {
            if let charge = try tx.charges.find(paymentIntent: intent) { return PaymentOwner(charge) }
            if let topUp = try tx.topUps.find(paymentIntent: intent) { return PaymentOwner(topUp) }
        }
        return switch line.claim {
        case .charge(let id): try tx.charges.find(id).map(PaymentOwner.init)
        case .topUp(let id): try tx.topUps.find(id).map(PaymentOwner.init)
        case nil: nil
        }
    }
}
