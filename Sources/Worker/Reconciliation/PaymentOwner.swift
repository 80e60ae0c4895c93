import Billing
import Ledger
import Storage

/// The charge or top-up that a payment was made for, as the books have it.
struct PaymentOwner: Hashable, Sendable {
    let payment: PaymentID
    let account: ConnectedAccount.ID
    let customer: Customer.ID
    let paymentIntent: String?
    /// Minor units.
    let amount: Int64
    let currency: Currency
    let applicationFee: Int64
    /// Minor units that were given back, or are on their way back.
    let refunded: Int64
    let isPaid: Bool

    var id: String { payment.description }

    init(_ charge: Charge) {
        payment = .charge(charge.id)
        account = charge.account
        customer = charge.customer
        paymentIntent = charge.paymentIntent
        amount = charge.amount
        currency = charge.currency
        applicationFee = charge.applicationFee
        refunded = charge.refunded
        isPaid = charge.status == .paid
    }

    init(_ topUp: TopUp) {
        payment = .topUp(topUp.id)
        account = topUp.account
        customer = topUp.customer
        paymentIntent = topUp.paymentIntent
        amount = topUp.amount
        currency = topUp.currency
        applicationFee = topUp.applicationFee
        refunded = topUp.refunded
        isPaid = topUp.status == .paid
    }

    static func find(paymentIntent: String, in tx: Transaction) throws -> PaymentOwner? {
        if let charge = try tx.charges.find(paymentIntent: paymentIntent) { return PaymentOwner(charge) }
        return try tx.topUps.find(paymentIntent: paymentIntent).map(PaymentOwner.init)
    }

    /// Finds it by the PaymentIntent, or by what the payment says of itself.
    static func find(_ line: BalanceLine, in tx: Transaction) throws -> PaymentOwner? {
        if let intent = line.paymentIntent, let owner = try find(paymentIntent: intent, in: tx) { return owner }
        return switch line.claim {
        case .charge(let id): try tx.charges.find(id).map(PaymentOwner.init)
        case .topUp(let id): try tx.topUps.find(id).map(PaymentOwner.init)
        case nil: nil
        }
    }
}
