extension World {
    /// What came of an attempt to pay a session.
    enum CheckoutResult {
        /// Paid, or begun with a method that settles later: the customer goes on to the success page.
        case complete(destination: String)
        /// The cardholder has to authenticate on this page first.
        case authenticate(url: String)
        case refused(message: String)
    }

    /// Pays a session as its page does.
    /// - Parameter means: makes the payment method, or refuses its details.
    mutating func pay(
        _ id: String, of account: String, email: String?, name: String?,
        with method: (inout World) throws -> PaymentMethod
    ) -> CheckoutResult {
        guard let session = self[account].sessions[id], session.status == .open else {
            return .refused(message: "This session is no longer open.")
        }
        do {
            var method = try method(&self)
            method.billing["email"] = .text(email)
            method.billing["name"] = .text(name)
            method.allowRedisplay = "limited"
            self[account].paymentMethods[method.id] = method
            let payer = (email: email ?? payerEmail(of: session, account: account), name: name)
            self[account].sessions[id]?.payer = payer
            self[account].sessions[id]?.lastRefusal = nil
            let intent = intent(for: id, of: account)
            try confirm(
                intent, of: account, Confirmation(paymentMethod: method.id, returnURL: session.destination))
            return result(of: id, account: account)
        } catch let error as StripeError {
            self[account].sessions[id]?.lastRefusal = error.message
            return .refused(message: error.message)
        } catch {
            return .refused(message: "The sandbox failed.")
        }
    }

    private func payerEmail(of session: CheckoutSession, account: String) -> String? {
        session.customerEmail ?? session.customer.flatMap { self[account].customers[$0]?.email }
    }

    /// The intent of a session, made at its first attempt.
    private mutating func intent(for id: String, of account: String) -> String {
        guard var session = self[account].sessions[id] else { return "" }
        if let intent = session.intent { return intent }
        if session.customer == nil, session.customerCreation == "always" {
            session.customer = createCustomer(email: session.payer?.email, name: session.payer?.name, account: account)
        }
        let data = session.intentData
        var intent = newIntent(amount: session.amount, currency: session.currency)
        intent.customer = session.customer
        intent.session = id
        intent.applicationFeeAmount = data["application_fee_amount"]?.int
        intent.setupFutureUsage = data["setup_future_usage"]?.string
        intent.metadata = Self.merge(data["metadata"], into: [:])
        intent.description = data["description"]?.string
        intent.receiptEmail = data["receipt_email"]?.string
        intent.statementDescriptorSuffix = data["statement_descriptor_suffix"]?.string
        intent.captureMethod = data["capture_method"]?.string ?? intent.captureMethod
        self[account].intents.add(intent)
        session.intent = intent.id
        self[account].sessions[id] = session
        emit("payment_intent.created", of: account, shape(intent, of: account))
        return intent.id
    }

    /// Reads from the intent where the session stands, and completes it where it is done.
    private mutating func result(of id: String, account: String) -> CheckoutResult {
        guard let session = self[account].sessions[id],
            let intent = session.intent.flatMap({ self[account].intents[$0] })
        else { return .refused(message: "This session is gone.") }
        switch intent.status {
        case .requiresAction: return .authenticate(url: authenticationURL(of: intent, account))
        case .succeeded, .processing, .requiresCapture:
            self[account].sessions[id]?.status = .complete
            self[account].sessions[id]?.isPaid = intent.status != .processing
            emitSession("checkout.session.completed", id, of: account)
            return .complete(destination: session.destination)
        default:
            let message = intent.lastPaymentError["message"]?.string ?? "The payment did not go through."
            self[account].sessions[id]?.lastRefusal = message
            return .refused(message: message)
        }
    }

    /// The cardholder of a session came back from authenticating.
    mutating func resume(_ id: String, of account: String) -> CheckoutResult { result(of: id, account: account) }

    /// A session that was completed unpaid hears how its payment ended.
    mutating func finishSession(of intent: String, account: String, isPaid: Bool) {
        guard let id = self[account].intents[intent]?.session,
            let session = self[account].sessions[id], session.status == .complete, !session.isPaid
        else { return }
        self[account].sessions[id]?.isPaid = isPaid
        emitSession(
            isPaid ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed", id,
            of: account)
    }

    func checkoutURL(of session: CheckoutSession, account: String) -> String {
        "\(settings.baseURL)/c/pay/\(account)/\(session.id)"
    }
}
