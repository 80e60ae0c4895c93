/// One attempt to move money, paid or not. Direct: it lies on the account of the merchant.
struct Charge: Shelved {
    enum Status: Sendable, Equatable {
        case succeeded
        case pending
        case failed(Decline)

        var name: String {
            switch self {
            case .succeeded: "succeeded"
            case .pending: "pending"
            case .failed: "failed"
            }
        }

        var decline: Decline? { if case .failed(let decline) = self { decline } else { nil } }
    }

    let id: String
    let created: Int64
    let intent: String
    let amount: Int64
    let currency: String
    let paymentMethod: String
    var status: Status
    var isCaptured: Bool
    var amountCaptured: Int64
    var isAuthenticated = false
    var customer: String?
    var description: String?
    var metadata: JSONObject
    var applicationFeeAmount: Int64?
    var applicationFee: String?
    var transaction: String?
    var amountRefunded: Int64 = 0
    var isDisputed = false
    var receiptEmail: String?
    var statementDescriptorSuffix: String?
    var fraudDetails: JSON = [:]

    var isPaid: Bool { status == .succeeded }
}

extension World {
    static let chargeOperations: [Operation] = [
        Operation("GET /v1/charges") { world, call in try world.listCharges(call) },
        Operation("GET /v1/charges/{charge}") { world, call in
            world.shape(try world.charge(call.id("charge"), of: call.account), of: call.account)
        },
        Operation("POST /v1/charges/{charge}") { world, call in try world.updateCharge(call) },
    ]

    func charge(_ id: String, of account: String, parameter: String = "id", status: Int = 404) throws -> Charge {
        guard let charge = self[account].charges[id] else {
            throw StripeError.noSuch("charge", id, parameter: parameter, status: status)
        }
        return charge
    }

    private func listCharges(_ call: Call) throws -> JSON {
        let (customer, intent) = (call.text("customer"), call.text("payment_intent"))
        return try list(
            self[call.account].charges, of: "charge", at: "/v1/charges", for: call,
            where: { (customer == nil || $0.customer == customer) && (intent == nil || $0.intent == intent) },
            as: { shape($0, of: call.account) })
    }

    private mutating func updateCharge(_ call: Call) throws -> JSON {
        var charge = try charge(call.id("charge"), of: call.account)
        charge.metadata = Self.merge(call["metadata"], into: charge.metadata)
        charge.description = call.text("description") ?? charge.description
        charge.receiptEmail = call.text("receipt_email") ?? charge.receiptEmail
        if let details = call["fraud_details"] { charge.fraudDetails = details }
        self[call.account].charges[charge.id] = charge
        emitCharge("charge.updated", charge.id, of: call.account)
        return shape(charge, of: call.account)
    }

    /// Makes the charge of one attempt and names it in the intent. A debit's id begins with `py_`, as Stripe's do.
    mutating func charge(
        _ intent: PaymentIntent, with method: PaymentMethod, status: Charge.Status, isCaptured: Bool, account: String
    ) -> String {
        let charge = Charge(
            id: makeID(method.bank == nil ? "ch_3" : "py_3"), created: seconds, intent: intent.id,
            amount: intent.amount,
            currency: intent.currency, paymentMethod: method.id, status: status, isCaptured: isCaptured,
            amountCaptured: isCaptured ? intent.amount : 0, customer: intent.customer, description: intent.description,
            metadata: intent.metadata, applicationFeeAmount: intent.applicationFeeAmount,
            receiptEmail: intent.receiptEmail, statementDescriptorSuffix: intent.statementDescriptorSuffix)
        self[account].charges.add(charge)
        self[account].intents[intent.id]?.latestCharge = charge.id
        return charge.id
    }

    mutating func emitCharge(_ type: String, _ id: String, of account: String, previous: JSONObject? = nil) {
        guard let charge = self[account].charges[id] else { return }
        emit(type, of: account, shape(charge, of: account), previous: previous)
    }

    /// Source: docs.stripe.com/api/charges/object.
    func shape(_ charge: Charge, of account: String) -> JSON {
        let method = self[account].paymentMethods[charge.paymentMethod]
        let decline = charge.status.decline
        return [
            "id": .string(charge.id),
            "object": "charge",
            "amount": .int(charge.amount),
            "amount_captured": .int(charge.isPaid ? charge.amountCaptured : 0),
            "amount_refunded": .int(charge.amountRefunded),
            "application": account == platform ? .null : .string(settings.clientID),
            "application_fee": .text(charge.applicationFee),
            "application_fee_amount": .whole(charge.applicationFeeAmount),
            "balance_transaction": .text(charge.transaction),
            "billing_details": billingDetails(of: method),
            "calculated_statement_descriptor": charge.isPaid ? "STRIPE SANDBOX" : .null,
            "captured": .bool(charge.isCaptured && charge.isPaid),
            "created": .int(charge.created),
            "currency": .string(charge.currency),
            "customer": .text(charge.customer),
            "description": .text(charge.description),
            "disputed": .bool(charge.isDisputed),
            "failure_balance_transaction": .null,
            "failure_code": .text(decline?.code),
            "failure_message": .text(decline?.message),
            "fraud_details": charge.fraudDetails,
            "livemode": .bool(settings.isLive),
            "metadata": .object(charge.metadata),
            "on_behalf_of": .null,
            "outcome": charge.status == .pending ? .null : decline?.outcome ?? Decline.authorized,
            "paid": .bool(charge.isPaid),
            "payment_intent": .string(charge.intent),
            "payment_method": .string(charge.paymentMethod),
            "payment_method_details": method.map {
                paymentMethodDetails(of: $0, amount: charge.amount, isAuthenticated: charge.isAuthenticated)
            } ?? .null,
            "receipt_email": .text(charge.receiptEmail),
            "receipt_number": .null,
            "receipt_url": charge.isPaid ? .string("\(settings.baseURL)/receipts/\(account)/\(charge.id)") : .null,
            "refunded": .bool(charge.isPaid && charge.amountRefunded == charge.amountCaptured),
            "refunds": refunds(of: charge, account: account),
            "review": .null,
            "shipping": .null,
            "source": .null,
            "source_transfer": .null,
            "statement_descriptor": .null,
            "statement_descriptor_suffix": .text(charge.statementDescriptorSuffix),
            "status": .string(charge.status.name),
            "transfer_data": .null,
            "transfer_group": .null,
        ]
    }

    private func refunds(of charge: Charge, account: String) -> JSON {
        let found =
            charge.amountRefunded == 0 ? [] : self[account].refunds.newestFirst().filter { $0.charge == charge.id }
        return Self.listShape(
            found.prefix(10).map(shape), hasMore: found.count > 10, url: "/v1/charges/\(charge.id)/refunds")
    }
}
