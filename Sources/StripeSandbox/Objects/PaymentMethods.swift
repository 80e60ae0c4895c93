struct PaymentMethod: Shelved {
    enum Means: Sendable, Equatable {
        case card(TestCard, expiryMonth: Int64, expiryYear: Int64)
        case bank(TestBankAccount)
    }

    let id: String
    let created: Int64
    let means: Means
    let fingerprint: String
    var billing: JSONObject = [:]
    var metadata: JSONObject = [:]
    var allowRedisplay = "unspecified"
    var customer: String?
    /// Whether the cardholder has agreed, on session, to being charged off session.
    var isSetUp = false
    /// Paid with while it belonged to nobody, or detached: good for nothing more.
    var isSpent = false

    var type: String {
        switch means {
        case .card: "card"
        case .bank: "us_bank_account"
        }
    }

    var card: TestCard? { if case .card(let card, _, _) = means { card } else { nil } }
    var bank: TestBankAccount? { if case .bank(let bank) = means { bank } else { nil } }
}

extension World {
    static let paymentMethodOperations: [Operation] = [
        Operation("GET /v1/payment_methods") { world, call in
            try world.listPaymentMethods(call, of: call.text("customer"))
        },
        Operation("POST /v1/payment_methods") { world, call in
            let method = try world.createPaymentMethod(from: call.parameters, account: call.account)
            return world.shape(method)
        },
        Operation("GET /v1/payment_methods/{payment_method}") { world, call in
            let id = call.id("payment_method")
            guard let method = world[call.account].paymentMethods[id] else {
                throw StripeError.noSuch("PaymentMethod", id)
            }
            return world.shape(method)
        },
        Operation("POST /v1/payment_methods/{payment_method}") { world, call in try world.updatePaymentMethod(call) },
        Operation("POST /v1/payment_methods/{payment_method}/attach") { world, call in
            guard let customer = call.text("customer") else {
                throw StripeError.badParameter(
                    "Missing required param: customer.", code: "parameter_missing", "customer")
            }
            let method = try world.attach(call.id("payment_method"), to: customer, account: call.account)
            return world.shape(method)
        },
        Operation("POST /v1/payment_methods/{payment_method}/detach") { world, call in try world.detach(call) },
    ]

    func listPaymentMethods(_ call: Call, of customer: String?) throws -> JSON {
        if let customer { _ = try self.customer(customer, of: call.account) }
        let type = call.text("type")
        let url = call.path.isEmpty ? "/v1/payment_methods" : "/v1/customers/\(customer ?? "")/payment_methods"
        return try list(
            self[call.account].paymentMethods, of: "PaymentMethod", at: url, for: call,
            where: { $0.customer != nil && $0.customer == customer && (type == nil || $0.type == type) }, as: shape)
    }

    /// A method from the parameters of `POST /v1/payment_methods` or from `payment_method_data`.
    mutating func createPaymentMethod(from parameters: JSONObject, account: String) throws -> PaymentMethod {
        guard let type = parameters["type"]?.string else {
            throw StripeError.badParameter("Missing required param: type.", code: "parameter_missing", "type")
        }
        let means: PaymentMethod.Means
        switch type {
        case "card": means = try card(from: parameters["card"]?.object ?? [:])
        case "us_bank_account":
            let number = parameters["us_bank_account"]?["account_number"]?.string ?? ""
            guard let bank = TestBankAccount.numbered(number) else {
                throw StripeError.badParameter(
                    "You must use a test bank account number.", code: "account_number_invalid",
                    "us_bank_account[account_number]")
            }
            means = .bank(bank)
        default:
            throw StripeError.badParameter(
                "The sandbox serves payment methods of type card and us_bank_account, not \(type).", "type")
        }
        var method = PaymentMethod(
            id: makeID("pm_"), created: seconds, means: means, fingerprint: Self.fingerprint(of: means))
        method.billing = parameters["billing_details"]?.object ?? [:]
        method.metadata = Self.merge(parameters["metadata"], into: [:])
        method.allowRedisplay = parameters["allow_redisplay"]?.string ?? "unspecified"
        self[account].paymentMethods.add(method)
        return method
    }

    private func card(from parameters: JSONObject) throws -> PaymentMethod.Means {
        if let token = parameters["token"]?.string {
            guard let card = TestCard.named(token) else {
                throw StripeError.noSuch("token", token, parameter: "card[token]", status: 400)
            }
            return .card(card, expiryMonth: 8, expiryYear: 2_030)
        }
        let number = (parameters["number"]?.string ?? "").filter { $0 != " " }
        let card = try Self.card(numbered: number)
        guard let month = parameters["exp_month"]?.int, (1...12).contains(month) else {
            throw StripeError.card(
                code: "invalid_expiry_month", message: "Your card's expiration month is invalid.",
                details: ["param": "exp_month"])
        }
        guard let year = parameters["exp_year"]?.int, year >= 1_970 + seconds / 31_556_952 else {
            throw StripeError.card(
                code: "invalid_expiry_year", message: "Your card's expiration year is invalid.",
                details: ["param": "exp_year"])
        }
        return .card(card, expiryMonth: month, expiryYear: year)
    }

    static func card(numbered number: String) throws -> TestCard {
        guard TestCard.isWellFormed(number) else {
            throw StripeError.card(
                code: "incorrect_number", message: "Your card number is incorrect.", details: ["param": "number"])
        }
        guard let card = TestCard.numbered(number) else {
            throw StripeError.card(
                code: "card_declined",
                message:
                    "Your card was declined. Your request was in test mode, but used a non test card. For a list of "
                    + "valid test cards, visit: https://stripe.com/docs/testing.",
                details: ["decline_code": "test_mode_live_card"])
        }
        return card
    }

    /// The same card has the same fingerprint everywhere.
    private static func fingerprint(of means: PaymentMethod.Means) -> String {
        let number =
            switch means {
            case .card(let card, _, _): card.number
            case .bank(let bank): TestBankAccount.routingNumber + bank.number
            }
        var random = SeededRandomness(seed: number.utf8.reduce(5_381) { $0 &* 33 &+ UInt64($1) })
        return random.letters(16)
    }

    /// A method by its id; a name of Stripe's test page, `pm_card_visa`, is made into a new one.
    mutating func paymentMethod(_ id: String, of account: String) throws -> PaymentMethod {
        if let method = self[account].paymentMethods[id] { return method }
        let means: PaymentMethod.Means? =
            TestBankAccount.named(id).map { .bank($0) }
            ?? (id.hasPrefix("pm_card_") ? TestCard.named(id) : nil)
            .map { .card($0, expiryMonth: 8, expiryYear: 2_030) }
        guard let means else { throw StripeError.noSuch("PaymentMethod", id, parameter: "payment_method", status: 400) }
        let method = PaymentMethod(
            id: makeID("pm_"), created: seconds, means: means, fingerprint: Self.fingerprint(of: means))
        self[account].paymentMethods.add(method)
        return method
    }

    /// Gives a method to a customer. A card that the issuer declines is not taken.
    mutating func attach(_ id: String, to customer: String, account: String) throws -> PaymentMethod {
        _ = try self.customer(customer, of: account)
        var method = try paymentMethod(id, of: account)
        if case .declines(let decline)? = method.card?.outcome {
            throw StripeError.card(code: decline.code, message: decline.message, details: decline.details)
        }
        guard method.customer == nil || method.customer == customer else {
            throw StripeError.invalid(
                "The payment method you provided has already been attached to a customer.",
                code: "payment_method_already_attached")
        }
        guard !method.isSpent else { throw Self.spent }
        guard method.customer == nil else { return method }
        method.customer = customer
        self[account].paymentMethods[method.id] = method
        emit("payment_method.attached", of: account, shape(method))
        return method
    }

    static let spent = StripeError.invalid(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, "
            + "shared with a "
            + "connected account without Customer attachment, or was detached from a Customer. It may not be "
            + "used again. "
            + "To use a PaymentMethod multiple times, you must attach it to a Customer first.")

    private mutating func detach(_ call: Call) throws -> JSON {
        let id = call.id("payment_method")
        guard var method = self[call.account].paymentMethods[id] else { throw StripeError.noSuch("PaymentMethod", id) }
        guard let customer = method.customer else {
            throw StripeError.invalid(
                "The payment method you provided is not attached to a customer so detachment is impossible.")
        }
        method.customer = nil
        method.isSpent = true
        self[call.account].paymentMethods[id] = method
        emit("payment_method.detached", of: call.account, shape(method), previous: ["customer": .string(customer)])
        return shape(method)
    }

    private mutating func updatePaymentMethod(_ call: Call) throws -> JSON {
        let id = call.id("payment_method")
        guard var method = self[call.account].paymentMethods[id] else { throw StripeError.noSuch("PaymentMethod", id) }
        guard method.customer != nil else {
            throw StripeError.invalid("You must save this PaymentMethod to a customer before you can update it.")
        }
        let before = shape(method)
        method.metadata = Self.merge(call["metadata"], into: method.metadata)
        method.allowRedisplay = call.text("allow_redisplay") ?? method.allowRedisplay
        method.billing = method.billing.merging(call["billing_details"]?.object ?? [:])
        self[call.account].paymentMethods[id] = method
        let after = shape(method)
        if after != before {
            emit("payment_method.updated", of: call.account, after, previous: Event.difference(from: before, to: after))
        }
        return after
    }
}

extension Decline {
    /// What an error says besides code and message.
    var details: JSONObject {
        var details: JSONObject = [:]
        if let declineCode { details["decline_code"] = .string(declineCode) }
        if let advice { details["advice_code"] = .string(advice) }
        return details
    }
}
