struct Refund: Shelved {
    enum Status: String, Sendable {
        case pending
        /// The customer has to say where the money shall go.
        case requiresAction = "requires_action"
        case succeeded
        case failed
        case canceled
    }

    let id: String
    let created: Int64
    let charge: String
    let intent: String
    let amount: Int64
    let currency: String
    let isCard: Bool
    let reason: String?
    var metadata: JSONObject
    var status: Status
    var transaction: String?
    var failureReason: String?
    var failureTransaction: String?
}

extension World {
    static let refundOperations: [Operation] = [
        Operation("GET /v1/refunds") { world, call in try world.listRefunds(call) },
        Operation("POST /v1/refunds") { world, call in try world.createRefund(call) },
        Operation("GET /v1/refunds/{refund}") { world, call in world.shape(try world.refund(call)) },
        Operation("POST /v1/refunds/{refund}") { world, call in
            var refund = try world.refund(call)
            refund.metadata = World.merge(call["metadata"], into: refund.metadata)
            world[call.account].refunds[refund.id] = refund
            world.emit("refund.updated", of: call.account, world.shape(refund))
            return world.shape(refund)
        },
        Operation("POST /v1/refunds/{refund}/cancel") { world, call in
            let refund = try world.refund(call)
            throw StripeError.invalid(
                "Refunds that have the status \(refund.status.rawValue) cannot be canceled; only those that "
                    + "require action can."
            )
        },
    ]

    private func refund(_ call: Call) throws -> Refund {
        let id = call.id("refund")
        guard let refund = self[call.account].refunds[id] else { throw StripeError.noSuch("refund", id) }
        return refund
    }

    private func listRefunds(_ call: Call) throws -> JSON {
        let (charge, intent) = (call.text("charge"), call.text("payment_intent"))
        return try list(
            self[call.account].refunds, of: "refund", at: "/v1/refunds", for: call,
            where: { (charge == nil || $0.charge == charge) && (intent == nil || $0.intent == intent) }, as: shape)
    }

    private mutating func createRefund(_ call: Call) throws -> JSON {
        let charge = try refundable(call)
        let amount = call.whole("amount") ?? charge.amountCaptured - charge.amountRefunded
        try checkRefund(of: amount, on: charge)
        guard let method = self[call.account].paymentMethods[charge.paymentMethod] else {
            throw StripeError.noSuch("PaymentMethod", charge.paymentMethod)
        }
        let isImmediate = method.card != nil && method.card?.outcome != .refundsLater
        var refund = Refund(
            id: makeID(method.card == nil ? "pyr_1" : "re_3"), created: seconds, charge: charge.id,
            intent: charge.intent,
            amount: amount, currency: charge.currency, isCard: method.card != nil, reason: call.text("reason"),
            metadata: Self.merge(call["metadata"], into: [:]), status: isImmediate ? .succeeded : .pending)
        refund.transaction = moveBack(
            refund, of: charge, withFee: call.flag("refund_application_fee") ?? false, account: call.account)
        self[call.account].refunds.add(refund)
        let before = charge.amountRefunded
        self[call.account].charges[charge.id]?.amountRefunded += amount
        emit("refund.created", of: call.account, shape(refund))
        emitCharge("charge.refunded", charge.id, of: call.account, previous: ["amount_refunded": .int(before)])
        if let failure = Self.outcome(of: method) {
            schedule.add(
                .finish(refund: refund.id, account: call.account, failure: failure.reason),
                due: now + settings.refundDelay)
        }
        return shape(refund)
    }

    /// What becomes of a refund later, where it is not final at once.
    private static func outcome(of method: PaymentMethod) -> (reason: String?, Void)? {
        switch method.card?.outcome {
        case .failsToRefund?: ("expired_or_canceled_card", ())
        case .refundsLater?, nil: (nil, ())
        default: nil
        }
    }

    private func refundable(_ call: Call) throws -> Charge {
        if let id = call.text("charge") {
            return try charge(id, of: call.account, parameter: "charge", status: 400)
        }
        guard let id = call.text("payment_intent") else {
            throw StripeError.badParameter(
                "One of the following params should be provided for this request: payment_intent or charge.",
                code: "parameter_missing", "charge")
        }
        guard let intent = self[call.account].intents[id] else {
            throw StripeError.noSuch("payment_intent", id, parameter: "payment_intent", status: 400)
        }
        guard let charge = intent.latestCharge.flatMap({ self[call.account].charges[$0] }) else {
            throw StripeError.invalid("This PaymentIntent (\(id)) does not have a successful charge to refund.")
        }
        return charge
    }

    private func checkRefund(of amount: Int64, on charge: Charge) throws {
        guard charge.isPaid, charge.isCaptured else {
            throw StripeError.invalid("Charge \(charge.id) has not been paid and cannot be refunded.")
        }
        guard !charge.isDisputed else {
            throw StripeError.invalid(
                "Charge \(charge.id) has been charged back; cannot issue a refund.", code: "charge_disputed")
        }
        let left = charge.amountCaptured - charge.amountRefunded
        guard left > 0 else {
            throw StripeError.invalid(
                "Charge \(charge.id) has already been refunded.", code: "charge_already_refunded")
        }
        guard (1...left).contains(amount) else {
            throw StripeError.badParameter(
                "Refund amount (\(amount)) is greater than unrefunded amount on charge (\(left)), or not positive.",
                "amount")
        }
    }

    /// Books the money that goes back, with the platform's share of it where that was asked for.
    private mutating func moveBack(_ refund: Refund, of charge: Charge, withFee: Bool, account: String) -> String {
        var fees: [BalanceTransaction.Fee] = []
        if withFee, let fee = charge.applicationFee.flatMap({ self[platform].fees[$0] }) {
            let refunded = charge.amountRefunded + refund.amount
            let share = max(0, fee.amount * refunded / charge.amountCaptured - fee.amountRefunded)
            refundFee(fee.id, amount: share)
            fees = [
                .init(
                    amount: -settled(share, charge.currency, for: account), type: "application_fee",
                    description: "The platform application fee", application: settings.clientID)
            ]
        }
        return record(
            refund.isCard ? "refund" : "payment_refund", category: "refund", amount: -refund.amount,
            currency: refund.currency, fees: fees, source: refund.id, description: "REFUND FOR CHARGE", of: account
        ).id
    }

    /// A refund that is on its way goes on only when the customer has said where to.
    mutating func requireAction(of id: String, account: String) {
        guard self[account].refunds[id]?.status == .pending else { return }
        self[account].refunds[id]?.status = .requiresAction
        emit("refund.updated", of: account, self[account].refunds[id].map(shape) ?? .null)
    }

    /// The bank's last word on a refund. A failure brings the money back.
    mutating func finish(_ id: String, of account: String, failure: String?) {
        guard let refund = self[account].refunds[id], refund.status != .failed, refund.status != .canceled else {
            return
        }
        guard let failure else {
            guard refund.status != .succeeded else { return }
            self[account].refunds[id]?.status = .succeeded
            emit("refund.updated", of: account, self[account].refunds[id].map(shape) ?? .null)
            return
        }
        let isCanceled = failure == "canceled"
        let transaction = record(
            refund.isCard ? "refund_failure" : "payment_failure_refund", category: "refund_failure",
            amount: refund.amount, currency: refund.currency, source: id, description: "REFUND FAILURE", of: account)
        self[account].refunds[id]?.status = isCanceled ? .canceled : .failed
        self[account].refunds[id]?.failureReason = isCanceled ? nil : failure
        self[account].refunds[id]?.failureTransaction = transaction.id
        self[account].charges[refund.charge]?.amountRefunded -= refund.amount
        guard let failed = self[account].refunds[id] else { return }
        emit(isCanceled ? "refund.updated" : "refund.failed", of: account, shape(failed))
        emitCharge("charge.updated", refund.charge, of: account)
    }

    /// Source: docs.stripe.com/api/refunds/object.
    func shape(_ refund: Refund) -> JSON {
        var object: JSONObject = [
            "id": .string(refund.id),
            "object": "refund",
            "amount": .int(refund.amount),
            "balance_transaction": .text(refund.transaction),
            "charge": .string(refund.charge),
            "created": .int(refund.created),
            "currency": .string(refund.currency),
            "customer": .null,
            "customer_account": .null,
            "destination_details": refund.isCard
                ? ["card": ["type": "refund"], "type": "card"] : ["type": "us_bank_transfer", "us_bank_transfer": [:]],
            "metadata": .object(refund.metadata),
            "payment_intent": .string(refund.intent),
            "payment_method": .null,
            "reason": .text(refund.reason),
            "receipt_number": .null,
            "source_transfer_reversal": .null,
            "status": .string(refund.status.rawValue),
            "transfer_reversal": .null,
        ]
        if let transaction = refund.failureTransaction {
            object["failure_balance_transaction"] = .string(transaction)
            object["failure_reason"] = .text(refund.failureReason)
        }
        if refund.status == .pending { object["pending_reason"] = "processing" }
        return .object(object)
    }
}
