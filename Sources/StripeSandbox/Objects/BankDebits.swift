extension World {
    /// A debit is only begun: the bank says days later whether it was paid.
    mutating func startDebit(of intent: PaymentIntent, with method: PaymentMethod, account: String) {
        guard let bank = method.bank else { return }
        let charge = charge(intent, with: method, status: .pending, isCaptured: true, account: account)
        if let customer = intent.customer, intent.setupFutureUsage != nil, method.customer == nil {
            self[account].paymentMethods[method.id]?.customer = customer
            self[account].paymentMethods[method.id]?.isSetUp = true
            if let attached = self[account].paymentMethods[method.id] {
                emit("payment_method.attached", of: account, shape(attached))
            }
        }
        self[account].intents[intent.id]?.status = .processing
        self[account].intents[intent.id]?.lastPaymentError = .null
        emitCharge("charge.pending", charge, of: account)
        emitIntent("payment_intent.processing", intent.id, of: account)
        if let delay = settings.settlementDelay, !bank.isStuck {
            schedule.add(.settle(intent: intent.id, account: account, failure: bank.failure), due: now + delay)
        }
    }

    /// The bank's word on a debit that is processing; later words change nothing.
    /// - Parameter failure: why it came back, or nil where it was paid.
    mutating func settle(_ id: String, of account: String, failure: String?) {
        guard let intent = self[account].intents[id], intent.status == .processing, let charge = intent.latestCharge,
            let method = intent.paymentMethod.flatMap({ self[account].paymentMethods[$0] })
        else { return }
        if let failure {
            bounce(intent, charge, with: method, account: account, .returned(failure))
        } else {
            self[account].charges[charge]?.status = .succeeded
            book(charge, of: account)
            emitCharge("charge.succeeded", charge, of: account)
            settleIntent(id, of: account, received: intent.amount)
            if method.bank?.isDisputed == true {
                schedule.add(
                    .dispute(charge: charge, account: account, reason: "bank_cannot_process", isInquiry: false),
                    due: now + settings.refundDelay)
            }
        }
        finishSession(of: id, account: account, isPaid: failure == nil)
    }

    private mutating func bounce(
        _ intent: PaymentIntent, _ charge: String, with method: PaymentMethod, account: String, _ decline: Decline
    ) {
        self[account].charges[charge]?.status = .failed(decline)
        emitCharge("charge.failed", charge, of: account)
        fail(
            intent.id, of: account,
            error: [
                "charge": .string(charge),
                "code": .string(decline.code),
                "message": .string(decline.message),
                "payment_method": shape(method),
                "type": "card_error",
            ])
    }
}
