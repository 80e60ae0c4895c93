/// How a payment was asked to be made.
struct Confirmation: Sendable, Equatable {
    let paymentMethod: String
    var isOffSession = false
    var failsOnAction = false
    var returnURL: String?
    /// The cardholder has shown up and passed.
    var isAuthenticated = false
}

extension World {
    mutating func confirmPaymentIntent(_ call: Call) throws -> JSON {
        var intent = try intent(call)
        guard intent.session == nil else {
            throw StripeError.invalid(
                "You cannot confirm this PaymentIntent because it was created by Checkout.",
                code: "payment_intent_unexpected_state")
        }
        guard [.requiresPaymentMethod, .requiresConfirmation, .requiresAction].contains(intent.status) else {
            throw unexpected(intent, "confirmed", of: call.account)
        }
        try requireChargesEnabled(call.account)
        if let data = call["payment_method_data"]?.object {
            intent.paymentMethod = try createPaymentMethod(from: data, account: call.account).id
        } else if let method = call.text("payment_method") {
            intent.paymentMethod = try takeUsable(method, for: intent, account: call.account)
        }
        if let usage = call.text("setup_future_usage") { intent.setupFutureUsage = usage.isEmpty ? nil : usage }
        intent.receiptEmail = call.text("receipt_email") ?? intent.receiptEmail
        let confirmation = try confirmation(from: call, of: intent)
        self[call.account].intents[intent.id] = intent
        try confirm(intent.id, of: call.account, confirmation)
        return self[call.account].intents[intent.id].map { shape($0, of: call.account) } ?? .null
    }

    /// Reads what `confirm` takes, on creation or later.
    func confirmation(from call: Call, of intent: PaymentIntent) throws -> Confirmation {
        guard let method = intent.paymentMethod else {
            throw StripeError.invalid(
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either "
                    + "update the "
                    + "PaymentIntent with a payment method and then confirm it again, or confirm it again "
                    + "directly with a "
                    + "payment method or ConfirmationToken.", code: "payment_intent_unexpected_state")
        }
        let offSession = call["off_session"].map { $0 != false } ?? false
        if offSession, call.text("setup_future_usage") != nil {
            throw StripeError.badParameter(
                "You cannot provide both `off_session` and `setup_future_usage`.", "off_session")
        }
        let returnURL = call.text("return_url")
        if let returnURL { try checkURL(returnURL, parameter: "return_url") }
        let mayRedirect = intent.automaticPaymentMethods["allow_redirects"] == "always"
        guard offSession || returnURL != nil || !mayRedirect || intent.returnURL != nil else {
            throw StripeError.badParameter(
                "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
                    + "these payment methods might redirect your customer off of your page, you must provide a "
                    + "`return_url`. If you don't want to accept redirect-based payment methods, set "
                    + "`automatic_payment_methods[enabled]` to `true` and "
                    + "`automatic_payment_methods[allow_redirects]` to "
                    + "`never` when creating Setup Intents and Payment Intents.", "return_url")
        }
        return Confirmation(
            paymentMethod: method, isOffSession: offSession,
            failsOnAction: call.flag("error_on_requires_action") ?? false, returnURL: returnURL)
    }

    /// A method that may pay this intent: the customer's own, or one that belongs to nobody and was not used yet.
    mutating func takeUsable(_ id: String, for intent: PaymentIntent, account: String) throws -> String {
        let method = try paymentMethod(id, of: account)
        if let owner = method.customer, owner != intent.customer {
            throw StripeError.invalid(
                intent.customer == nil
                    ? "The PaymentMethod you provided (\(id)) is attached to a customer, so for security "
                        + "purposes you must "
                        + "provide the customer in the request."
                    : "The customer does not have a payment method with the ID \(id). The payment method must "
                        + "be attached to "
                        + "the customer.", code: "resource_missing", parameter: "payment_method")
        }
        guard method.customer != nil || !method.isSpent else { throw Self.spent }
        return method.id
    }

    /// Takes the payment as far as it goes: paid, processing, waiting for the cardholder, or declined.
    ///
    /// - Throws: 402 for a decline, after it has been written into the intent.
    mutating func confirm(_ id: String, of account: String, _ confirmation: Confirmation) throws {
        guard var intent = self[account].intents[id],
            let method = self[account].paymentMethods[confirmation.paymentMethod]
        else { throw StripeError.noSuch("payment_intent", id) }
        intent.paymentMethod = method.id
        intent.returnURL = confirmation.returnURL ?? intent.returnURL
        self[account].intents[id] = intent

        if method.bank != nil { return startDebit(of: intent, with: method, account: account) }
        guard let card = method.card else { return }
        let needsCardholder = card.needsAuthentication(
            offSession: confirmation.isOffSession, isSetUp: method.isSetUp)
        if needsCardholder, !confirmation.isAuthenticated {
            guard !confirmation.isOffSession, !confirmation.failsOnAction else {
                throw decline(id, of: account, method, .authenticationRequired)
            }
            return askForAction(on: id, of: account, confirmation)
        }
        if let decline = card.decline { throw self.decline(id, of: account, method, decline) }
        succeed(id, of: account, with: method, isAuthenticated: confirmation.isAuthenticated)
    }

    private mutating func askForAction(on id: String, of account: String, _ confirmation: Confirmation) {
        self[account].intents[id]?.status = .requiresAction
        self[account].intents[id]?.pendingConfirmation = confirmation
        self[account].intents[id]?.lastPaymentError = .null
        guard let intent = self[account].intents[id] else { return }
        emit("payment_intent.requires_action", of: account, shape(intent, of: account))
    }

    /// The cardholder came back from the bank's page.
    ///
    /// - Throws: the decline that came after all.
    mutating func finishAuthentication(of id: String, account: String, passed: Bool) throws {
        guard let intent = self[account].intents[id], var confirmation = intent.pendingConfirmation,
            intent.status == .requiresAction
        else { return }
        self[account].intents[id]?.pendingConfirmation = nil
        if passed {
            confirmation.isAuthenticated = true
            return try confirm(id, of: account, confirmation)
        }
        fail(
            id, of: account,
            error: [
                "code": "payment_intent_authentication_failure",
                "doc_url": "https://docs.stripe.com/error-codes#payment-intent-authentication-failure",
                "message": .string(
                    "The provided PaymentMethod has failed authentication. You can provide payment_method_data "
                        + "or a new "
                        + "PaymentMethod to attempt to fulfill this PaymentIntent again."),
                "payment_method": self[account].paymentMethods[confirmation.paymentMethod].map(shape) ?? .null,
                "type": "invalid_request_error",
            ])
    }

    private mutating func succeed(
        _ id: String, of account: String, with method: PaymentMethod, isAuthenticated: Bool
    ) {
        guard let intent = self[account].intents[id] else { return }
        keep(method, for: intent, account: account)
        let isCaptured = intent.captureMethod != "manual"
        let charge = charge(intent, with: method, status: .succeeded, isCaptured: isCaptured, account: account)
        self[account].charges[charge]?.isAuthenticated = isAuthenticated
        if isCaptured {
            book(charge, of: account)
            emitCharge("charge.succeeded", charge, of: account)
            settleIntent(id, of: account, received: intent.amount)
        } else {
            emitCharge("charge.succeeded", charge, of: account)
            self[account].intents[id]?.status = .requiresCapture
            self[account].intents[id]?.amountCapturable = intent.amount
            emitIntent("payment_intent.amount_capturable_updated", id, of: account)
        }
        if case .isDisputed(let reason, let isInquiry)? = method.card?.outcome {
            schedule.add(
                .dispute(charge: charge, account: account, reason: reason, isInquiry: isInquiry),
                due: now + settings.refundDelay)
        }
    }

    mutating func settleIntent(_ id: String, of account: String, received: Int64) {
        self[account].intents[id]?.status = .succeeded
        self[account].intents[id]?.amountReceived = received
        self[account].intents[id]?.amountCapturable = 0
        self[account].intents[id]?.lastPaymentError = .null
        emitIntent("payment_intent.succeeded", id, of: account)
    }

    /// Keeps the method for later where that was asked, and spends it where it belongs to nobody.
    private mutating func keep(_ method: PaymentMethod, for intent: PaymentIntent, account: String) {
        guard let usage = intent.setupFutureUsage, let customer = intent.customer else {
            if method.customer == nil { self[account].paymentMethods[method.id]?.isSpent = true }
            return
        }
        if usage == "off_session" { self[account].paymentMethods[method.id]?.isSetUp = true }
        guard method.customer == nil else { return }
        self[account].paymentMethods[method.id]?.customer = customer
        if let attached = self[account].paymentMethods[method.id] {
            emit("payment_method.attached", of: account, shape(attached))
        }
    }

    /// Writes a decline into the intent, with the charge that failed, and gives the 402 that tells of it.
    private mutating func decline(
        _ id: String, of account: String, _ method: PaymentMethod, _ decline: Decline
    ) -> StripeError {
        guard let intent = self[account].intents[id] else { return .noSuch("payment_intent", id) }
        let charge = charge(intent, with: method, status: .failed(decline), isCaptured: false, account: account)
        emitCharge("charge.failed", charge, of: account)
        var details: JSONObject = ["charge": .string(charge)]
        details = details.merging(decline.details)
        details["payment_method"] = shape(method)
        let error = StripeError.card(code: decline.code, message: decline.message, details: details)
        fail(id, of: account, error: error.json["error"] ?? .null)
        var thrown = error
        thrown.details["payment_intent"] = self[account].intents[id].map { shape($0, of: account) }
        return thrown
    }

    /// The attempt is over, the intent is not: it waits for another method.
    mutating func fail(_ id: String, of account: String, error: JSON) {
        self[account].intents[id]?.status = .requiresPaymentMethod
        self[account].intents[id]?.paymentMethod = nil
        self[account].intents[id]?.pendingConfirmation = nil
        self[account].intents[id]?.lastPaymentError = error
        emitIntent("payment_intent.payment_failed", id, of: account)
    }

    mutating func emitIntent(_ type: String, _ id: String, of account: String) {
        guard let intent = self[account].intents[id] else { return }
        emit(type, of: account, shape(intent, of: account))
    }
}
