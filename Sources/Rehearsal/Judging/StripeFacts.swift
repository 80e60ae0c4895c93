import StripeSandbox

/// What Stripe says of the payments that are Bursar's.
struct StripeFacts: Sendable {
    let payments: [PaymentFact]
    let refunds: [RefundFact]
    let disputes: [DisputeFact]
    private let byIntent: [String: PaymentFact]

    init(of sandbox: StripeSandbox) async {
        payments = await sandbox.paymentFacts().filter { $0.purpose != nil }
        let byIntent = Dictionary(payments.map { ($0.paymentIntent, $0) }, uniquingKeysWith: { first, _ in first })
        refunds = await sandbox.refundFacts().filter { byIntent[$0.paymentIntent] != nil }
        disputes = await sandbox.disputeFacts().filter { byIntent[$0.paymentIntent] != nil }
        self.byIntent = byIntent
    }

    /// Micros.
    static func micros(_ minor: Int64, _ currency: String) -> Int128 {
        switch currency {
        case "jpy": Int128(minor) * 1_000_000
        case "kwd": Int128(minor) * 1_000
        default: Int128(minor) * 10_000
        }
    }

    func paid(by customer: String) -> Int128 {
        payments.filter { $0.customer == customer }.reduce(0) { $0 + Self.micros($1.amount, $1.currency) }
    }

    /// What has gone back of a customer's payments, and has not come again.
    func tookBack(of customer: String) -> Int128 {
        sum(refunds.filter { !$0.isReturned }.map { ($0.paymentIntent, $0.amount) }) { $0.isOf(customer) }
            + sum(disputes.filter(\.isWithdrawn).map { ($0.paymentIntent, $0.amount) }) { $0.isOf(customer) }
    }

    /// What has ever gone back of them.
    func everTaken(of customer: String) -> Int128 {
        sum(refunds.map { ($0.paymentIntent, $0.amount) }) { $0.isOf(customer) }
            + sum(disputes.filter { !$0.movements.isEmpty }.map { ($0.paymentIntent, $0.amount) }) {
                $0.isOf(customer)
            }
    }

    /// What refunds and disputes have moved of charges, in one merchant's account, and has not come again.
    func goneOfCharges(on account: String) -> Int128 {
        let refunds = refunds.filter { $0.account == account && !$0.isReturned }
        let disputes = disputes.filter { $0.account == account && $0.isWithdrawn }
        let moved = refunds.map { ($0.paymentIntent, $0.amount) } + disputes.map { ($0.paymentIntent, $0.amount) }
        return sum(moved) { $0.topUp == nil }
    }

    /// Micros that may yet be taken of top-ups, by their id: by open disputes.
    var atStake: [String: Int128] {
        var stakes: [String: Int128] = [:]
        for dispute in disputes where !["won", "lost", "warning_closed"].contains(dispute.status) {
            guard let payment = byIntent[dispute.paymentIntent], let topUp = payment.topUp, !dispute.isWithdrawn else {
                continue
            }
            stakes[topUp, default: 0] += Self.micros(dispute.amount, payment.currency)
        }
        return stakes
    }

    private func sum(_ amounts: [(intent: String, minor: Int64)], where fits: (PaymentFact) -> Bool) -> Int128 {
        amounts.reduce(0) { sum, amount in
            guard let payment = byIntent[amount.intent], fits(payment) else { return sum }
            return sum + Self.micros(amount.minor, payment.currency)
        }
    }
}

extension PaymentFact {
    var topUp: String? { metadata["bursar_top_up"] }
    var customer: String? { metadata["bursar_customer"] }
    /// What it was made for: a charge's id, or a top-up's; nil for what is not Bursar's.
    var purpose: String? { metadata["bursar_charge"] ?? topUp }

    fileprivate func isOf(_ customer: String) -> Bool { self.customer == customer }
}
