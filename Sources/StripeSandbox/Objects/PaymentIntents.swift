/// One attempt, or several, to collect one amount.
struct PaymentIntent: Shelved {
    enum Status: String, Sendable {
        case requiresPaymentMethod = "requires_payment_method"
        case requiresConfirmation = "requires_confirmation"
        case requiresAction = "requires_action"
        case processing
        case requiresCapture = "requires_capture"
        case canceled
        case succeeded
    }

    let id: String
    let created: Int64
    let clientSecret: String
    var amount: Int64
    var currency: String
    var status = Status.requiresPaymentMethod
    var customer: String?
    var paymentMethod: String?
    var description: String?
    var metadata: JSONObject = [:]
    var applicationFeeAmount: Int64?
    var setupFutureUsage: String?
    var captureMethod = "automatic"
    var confirmationMethod = "automatic"
    var automaticPaymentMethods: JSON = ["allow_redirects": "always", "enabled": true]
    var receiptEmail: String?
    var shipping: JSON = .null
    var statementDescriptor: String?
    var statementDescriptorSuffix: String?
    var transferGroup: String?
    var returnURL: String?
    var lastPaymentError: JSON = .null
    var latestCharge: String?
    var amountReceived: Int64 = 0
    var amountCapturable: Int64 = 0
    var canceledAt: Int64?
    var cancellationReason: String?
    /// The Checkout Session that it belongs to; then it cannot be confirmed or cancelled by itself.
    var session: String?
    /// What was asked when the cardholder was sent to authenticate.
    var pendingConfirmation: Confirmation?

    var isFinal: Bool { status == .succeeded || status == .canceled }
}

extension World {
    static let paymentIntentOperations: [Operation] = [
        Operation("GET /v1/payment_intents") { world, call in try world.listPaymentIntents(call) },
        Operation("POST /v1/payment_intents") { world, call in try world.createPaymentIntent(call) },
        Operation("GET /v1/payment_intents/{intent}") { world, call in
            world.shape(try world.intent(call), of: call.account)
        },
        Operation("POST /v1/payment_intents/{intent}") { world, call in try world.updatePaymentIntent(call) },
        Operation("POST /v1/payment_intents/{intent}/confirm") { world, call in try world.confirmPaymentIntent(call) },
        Operation("POST /v1/payment_intents/{intent}/cancel") { world, call in try world.cancelPaymentIntent(call) },
        Operation("POST /v1/payment_intents/{intent}/capture") { world, call in try world.capturePaymentIntent(call) },
    ]

    func intent(_ call: Call) throws -> PaymentIntent {
        let id = call.id("intent")
        guard let intent = self[call.account].intents[id] else {
            throw StripeError.noSuch("payment_intent", id, parameter: "intent")
        }
        return intent
    }

    private func listPaymentIntents(_ call: Call) throws -> JSON {
        let customer = call.text("customer")
        return try list(
            self[call.account].intents, of: "payment_intent", at: "/v1/payment_intents", for: call,
            where: { customer == nil || $0.customer == customer }, as: { shape($0, of: call.account) })
    }

    private mutating func createPaymentIntent(_ call: Call) throws -> JSON {
        try checkCreation(call)
        var intent = newIntent(amount: call.whole("amount") ?? 0, currency: call.text("currency") ?? "")
        try apply(call, to: &intent)
        intent.confirmationMethod = call.text("confirmation_method") ?? intent.confirmationMethod
        if let methods = call["automatic_payment_methods"]?.object {
            let standard: JSONObject = ["allow_redirects": "always", "enabled": true]
            intent.automaticPaymentMethods = .object(standard.merging(methods))
        }
        let confirmation = try call.flag("confirm") == true ? self.confirmation(from: call, of: intent) : nil
        self[call.account].intents.add(intent)
        emit("payment_intent.created", of: call.account, shape(intent, of: call.account))
        if let confirmation { try confirm(intent.id, of: call.account, confirmation) }
        return self[call.account].intents[intent.id].map { shape($0, of: call.account) } ?? .null
    }

    mutating func newIntent(amount: Int64, currency: String) -> PaymentIntent {
        let id = makeID("pi_3")
        return PaymentIntent(
            id: id, created: seconds, clientSecret: id + "_secret_" + random.letters(25), amount: amount,
            currency: currency.lowercased())
    }

    private func checkCreation(_ call: Call) throws {
        try requireChargesEnabled(call.account)
        if call.flag("confirm") != true {
            for name in ["off_session", "error_on_requires_action", "return_url"] where call[name] != nil {
                throw StripeError.badParameter(
                    "`\(name)` can only be passed when `confirm` is true.", name)
            }
        }
    }

    private mutating func updatePaymentIntent(_ call: Call) throws -> JSON {
        var intent = try intent(call)
        guard !intent.isFinal, intent.status != .processing else {
            throw unexpected(intent, "updated", of: call.account)
        }
        try apply(call, to: &intent)
        self[call.account].intents[intent.id] = intent
        return shape(intent, of: call.account)
    }

    /// Takes over what creating and updating have in common, and refuses what does not fit together.
    private mutating func apply(_ call: Call, to intent: inout PaymentIntent) throws {
        intent.amount = call.whole("amount") ?? intent.amount
        intent.currency = call.text("currency")?.lowercased() ?? intent.currency
        try checkAmount(intent.amount, in: intent.currency, settlement: settlementCurrency(of: call.account))
        if let fee = call["application_fee_amount"] { intent.applicationFeeAmount = fee.int }
        try checkFee(intent.applicationFeeAmount, on: intent.amount, account: call.account)
        if let customer = call.text("customer") {
            _ = try self.customer(customer, of: call.account)
            intent.customer = customer
        }
        if let data = call["payment_method_data"]?.object {
            intent.paymentMethod = try createPaymentMethod(from: data, account: call.account).id
        } else if let method = call.text("payment_method") {
            intent.paymentMethod = try takeUsable(method, for: intent, account: call.account)
        }
        if intent.status == .requiresPaymentMethod || intent.status == .requiresConfirmation {
            intent.status = intent.paymentMethod == nil ? .requiresPaymentMethod : .requiresConfirmation
        }
        func text(_ name: String, _ current: String?) -> String? {
            call.text(name).map { $0.isEmpty ? nil : $0 } ?? current
        }
        intent.description = text("description", intent.description)
        intent.setupFutureUsage = text("setup_future_usage", intent.setupFutureUsage)
        intent.receiptEmail = text("receipt_email", intent.receiptEmail)
        intent.transferGroup = text("transfer_group", intent.transferGroup)
        intent.statementDescriptorSuffix = text("statement_descriptor_suffix", intent.statementDescriptorSuffix)
        intent.statementDescriptor = text("statement_descriptor", intent.statementDescriptor)
        intent.captureMethod = call.text("capture_method") ?? intent.captureMethod
        intent.metadata = Self.merge(call["metadata"], into: intent.metadata)
        if let shipping = call["shipping"] { intent.shipping = shipping == "" ? .null : shipping }
        try checkDescriptor(of: intent, account: call.account)
    }

    func settlementCurrency(of account: String) -> String { accounts[account]?.defaultCurrency ?? "usd" }

    /// An application fee goes from a connected account to the platform, and is no more than the payment.
    func checkFee(_ fee: Int64?, on amount: Int64, account: String) throws {
        guard let fee else { return }
        guard account != platform else {
            throw StripeError.invalid(
                "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment "
                    + "(using an "
                    + "OAuth key or Stripe-Account header) or destination payment (using "
                    + "`transfer_data[destination]`).",
                parameter: "application_fee_amount")
        }
        guard fee >= 1, fee <= amount else {
            throw StripeError.badParameter(
                fee < 1
                    ? "This value must be greater than or equal to 1."
                    : "The application fee cannot be greater than the amount of the payment.",
                code: "parameter_invalid_integer", "application_fee_amount")
        }
    }

    /// Cards take a suffix to the account's own descriptor, never a whole one.
    private func checkDescriptor(of intent: PaymentIntent, account: String) throws {
        guard intent.statementDescriptor != nil, let method = intent.paymentMethod,
            self[account].paymentMethods[method]?.card != nil
        else { return }
        throw StripeError.invalid(
            "The `statement_descriptor` parameter is not supported for the card payment method type. Please use "
                + "`statement_descriptor_suffix` instead.", parameter: "statement_descriptor")
    }

    private mutating func cancelPaymentIntent(_ call: Call) throws -> JSON {
        let intent = try intent(call)
        guard intent.session == nil else {
            throw StripeError.invalid(
                "You cannot cancel this PaymentIntent because it was created by Checkout. Expire the Checkout Session "
                    + "instead.", code: "payment_intent_unexpected_state")
        }
        guard !intent.isFinal, intent.status != .processing else {
            throw unexpected(intent, "canceled", of: call.account)
        }
        cancel(intent.id, of: call.account, reason: call.text("cancellation_reason"))
        return self[call.account].intents[intent.id].map { shape($0, of: call.account) } ?? .null
    }

    mutating func cancel(_ id: String, of account: String, reason: String?) {
        guard var intent = self[account].intents[id] else { return }
        intent.status = .canceled
        intent.canceledAt = seconds
        intent.cancellationReason = reason
        intent.amountCapturable = 0
        intent.pendingConfirmation = nil
        self[account].intents[id] = intent
        emit("payment_intent.canceled", of: account, shape(intent, of: account))
    }

    /// Refuses a step that the state of the intent does not allow, and shows the intent.
    func unexpected(_ intent: PaymentIntent, _ wanted: String, of account: String) -> StripeError {
        var error = StripeError.invalid(
            "This PaymentIntent could not be \(wanted) because it has a status of \(intent.status.rawValue).",
            code: "payment_intent_unexpected_state")
        error.details["payment_intent"] = shape(intent, of: account)
        return error
    }
}
