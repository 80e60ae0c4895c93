/// The platform's part of a payment on a connected account. It lies on the platform.
struct ApplicationFee: Shelved {
    let id: String
    let created: Int64
    let account: String
    let charge: String
    let amount: Int64
    let currency: String
    let transaction: String
    var refunds: [FeeRefund] = []

    var amountRefunded: Int64 { refunds.reduce(0) { $0 + $1.amount } }
}

struct FeeRefund: Sendable {
    let id: String
    let created: Int64
    let amount: Int64
    let transaction: String
}

extension World {
    static let applicationFeeOperations: [Operation] = [
        Operation("GET /v1/application_fees") { world, call in
            let charge = call.text("charge")
            return try world.list(
                world[call.account].fees, of: "application fee", at: "/v1/application_fees", for: call,
                where: { charge == nil || $0.charge == charge }, as: world.shape)
        },
        Operation("GET /v1/application_fees/{id}") { world, call in
            guard let fee = world[call.account].fees[call.id("id")] else {
                throw StripeError.noSuch("application fee", call.id("id"))
            }
            return world.shape(fee)
        },
    ]

    /// Gives the platform its fee on a charge.
    mutating func takeApplicationFee(_ amount: Int64, on charge: Charge, account: String) -> String {
        let id = makeID("fee_1")
        let transaction = record(
            "application_fee", category: "platform_earning", amount: amount, currency: charge.currency, source: id,
            description: "Application fee", settlesAfter: Self.settlingTime, of: platform)
        let fee = ApplicationFee(
            id: id, created: seconds, account: account, charge: charge.id, amount: amount, currency: charge.currency,
            transaction: transaction.id)
        self[platform].fees.add(fee)
        emit("application_fee.created", of: platform, shape(fee))
        return id
    }

    /// Gives back a part of a fee to the merchant.
    mutating func refundFee(_ id: String, amount: Int64) {
        guard let fee = self[platform].fees[id], amount > 0 else { return }
        let refundID = makeID("fr_1")
        let transaction = record(
            "application_fee_refund", category: "platform_earning_refund", amount: -amount, currency: fee.currency,
            source: refundID, description: "Application fee refund", of: platform)
        let refund = FeeRefund(id: refundID, created: seconds, amount: amount, transaction: transaction.id)
        self[platform].fees[id]?.refunds.append(refund)
        if let changed = self[platform].fees[id] { emit("application_fee.refunded", of: platform, shape(changed)) }
    }

    /// Source: docs.stripe.com/api/application_fees/object.
    func shape(_ fee: ApplicationFee) -> JSON {
        [
            "id": .string(fee.id),
            "object": "application_fee",
            "account": .string(fee.account),
            "amount": .int(fee.amount),
            "amount_refunded": .int(fee.amountRefunded),
            "application": .string(settings.clientID),
            "balance_transaction": .string(fee.transaction),
            "charge": .string(fee.charge),
            "created": .int(fee.created),
            "currency": .string(fee.currency),
            "fee_source": ["charge": .string(fee.charge), "type": "charge"],
            "livemode": .bool(settings.isLive),
            "originating_transaction": .null,
            "refunded": .bool(fee.amountRefunded == fee.amount),
            "refunds": Self.listShape(
                fee.refunds.reversed().map { shape($0, of: fee) }, hasMore: false,
                url: "/v1/application_fees/\(fee.id)/refunds"),
        ]
    }

    func feeRefund(_ id: String) -> JSON? {
        for fee in self[platform].fees.newestFirst() {
            if let refund = fee.refunds.first(where: { $0.id == id }) { return shape(refund, of: fee) }
        }
        return nil
    }

    private func shape(_ refund: FeeRefund, of fee: ApplicationFee) -> JSON {
        [
            "id": .string(refund.id),
            "object": "fee_refund",
            "amount": .int(refund.amount),
            "balance_transaction": .string(refund.transaction),
            "created": .int(refund.created),
            "currency": .string(fee.currency),
            "fee": .string(fee.id),
            "metadata": [:],
        ]
    }
}
