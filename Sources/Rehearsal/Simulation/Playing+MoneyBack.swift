import Ledger
import StripeSandbox
import Worker

/// How money comes back: merchants give it, by the API or in Stripe's dashboard, and banks take it, often months later.
extension Simulation {
    func refund(_ pick: UInt64, ofTopUp: Bool, _ perMille: Int64, returnsFee: Bool) async throws -> String {
        let paid = try await found(ofTopUp ? "/v1/top_ups?limit=100" : "/v1/charges?status=paid&limit=100", pick) {
            $0.text("status") == "paid"
        }
        guard let (merchant, payment) = paid, let id = payment.text("id") else { return "nothing is paid" }
        var body: [String: JSONTree] = [:]
        let amount = payment.object("amount").integer("amount") ?? 0
        if perMille < 1_000 { body["amount"] = .integer(max(1, amount * perMille / 1_000)) }
        let hasFee = payment.object("application_fee").integer("amount") ?? 0 > 0
        if returnsFee, hasFee { body["refund_application_fee"] = .bool(true) }
        let path = "/v1/\(ofTopUp ? "top_ups" : "charges")/\(id)/refunds"
        return try await ask(path, .object(body), with: merchant.key)
    }

    /// Of what is at Stripe only some is Bursar's.
    func refundAtStripe(_ pick: UInt64, _ perMille: Int64, returnsFee: Bool) async -> String {
        let payments = await house.sandbox.paymentFacts()
        guard !payments.isEmpty else { return "nothing is paid" }
        let payment = payments[Int(pick % UInt64(payments.count))]
        var form = ["payment_intent": payment.paymentIntent]
        if perMille < 1_000 { form["amount"] = "\(part(of: payment, perMille))" }
        if returnsFee { form["refund_application_fee"] = "true" }
        return await house.call("/v1/refunds", form, as: payment.account)?.text("id") ?? "refused"
    }

    func endRefund(_ pick: UInt64, _ end: RefundEnd) async -> String {
        let refunds = await house.sandbox.refundFacts().filter { !$0.isReturned }
        guard !refunds.isEmpty else { return "nothing is refunded" }
        let refund = refunds[Int(pick % UInt64(refunds.count))].refund
        let answer = await house.call("/_sandbox/refunds/\(refund)/settle", ["outcome": end.rawValue])
        return answer?.text("status") ?? "refused"
    }

    func dispute(_ pick: UInt64, _ perMille: Int64, isInquiry: Bool) async -> String {
        let payments = await house.sandbox.paymentFacts()
        guard !payments.isEmpty else { return "nothing is paid" }
        let payment = payments[Int(pick % UInt64(payments.count))]
        let form = [
            "amount": "\(part(of: payment, perMille))", "inquiry": isInquiry ? "true" : "false",
        ]
        return await house.call("/_sandbox/charges/\(payment.charge)/dispute", form)?.text("status") ?? "refused"
    }

    private func part(of payment: PaymentFact, _ perMille: Int64) -> Int64 {
        Market.Merchant.chargeable(payment.amount * perMille / 1_000, payment.currency)
    }

    /// What a dollar buys of the currency of the one who is paid in another than they settle in.
    func moveRate(_ perMille: Int64) async -> String {
        await house.call("/_sandbox/rates", ["currency": "gbp", "per_mille": "\(perMille)"])
        return "a pound is another money"
    }

    /// What is won stays won. What was lost may yet be won.
    func moveDispute(_ pick: UInt64, _ move: DisputeMove) async -> String {
        let disputes = await house.sandbox.disputeFacts().filter { $0.status != "won" && $0.status != "warning_closed" }
        guard !disputes.isEmpty else { return "nothing is disputed" }
        let dispute = disputes[Int(pick % UInt64(disputes.count))]
        guard dispute.status.hasPrefix("warning_") == (move == .close) else { return "not that of this one" }
        let answer = await house.call("/_sandbox/disputes/\(dispute.dispute)", ["action": move.rawValue])
        return answer?.text("status") ?? "refused"
    }
}
