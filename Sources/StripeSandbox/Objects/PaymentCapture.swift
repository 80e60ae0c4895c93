extension World {
    /// Takes an authorized payment, whole or in part; what is left over goes back to the cardholder.
    mutating func capturePaymentIntent(_ call: Call) throws -> JSON {
        let intent = try intent(call)
        guard intent.status == .requiresCapture, let charge = intent.latestCharge else {
            throw unexpected(intent, "captured", of: call.account)
        }
        let amount = call.whole("amount_to_capture") ?? intent.amountCapturable
        guard (1...intent.amountCapturable).contains(amount) else {
            throw StripeError.badParameter(
                "The amount to capture must be between 1 and \(intent.amountCapturable).", code: "amount_too_large",
                "amount_to_capture")
        }
        let fee = call.whole("application_fee_amount") ?? intent.applicationFeeAmount.map { min($0, amount) }
        try checkFee(fee, on: amount, account: call.account)
        self[call.account].intents[intent.id]?.applicationFeeAmount = fee
        self[call.account].charges[charge]?.applicationFeeAmount = fee
        self[call.account].charges[charge]?.amountCaptured = amount
        self[call.account].charges[charge]?.isCaptured = true
        book(charge, of: call.account)
        emitCharge("charge.captured", charge, of: call.account)
        settleIntent(intent.id, of: call.account, received: amount)
        return self[call.account].intents[intent.id].map { shape($0, of: call.account) } ?? .null
    }
}
