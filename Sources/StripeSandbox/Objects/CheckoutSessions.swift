/// A page on which a customer pays once.
struct CheckoutSession: Shelved {
    enum Status: String, Sendable {
        case open
        case complete
        case expired
    }

    struct LineItem: Sendable {
        let id: String
        let price: String
        let product: String
        let name: String
        let unitAmount: Int64
        let quantity: Int64
    }

    static let longestLife: Int64 = 24 * 3_600
    static let shortestLife: Int64 = 30 * 60

    let id: String
    let created: Int64
    let currency: String
    let lineItems: [LineItem]
    let successURL: String
    let cancelURL: String?
    let expiresAt: Int64
    let clientReferenceID: String?
    let customerCreation: String?
    let locale: String?
    let submitType: String?
    /// What the PaymentIntent is to be made with.
    let intentData: JSONObject
    var customer: String?
    var customerEmail: String?
    var metadata: JSONObject
    var status = Status.open
    var isPaid = false
    var intent: String?
    /// Who paid, as they said on the page.
    var payer: (email: String?, name: String?)?
    /// Why the last attempt on the page failed.
    var lastRefusal: String?

    var amount: Int64 { lineItems.reduce(0) { $0 + $1.unitAmount * $1.quantity } }
    /// Where the customer goes after paying.
    var destination: String { successURL.replacing("{CHECKOUT_SESSION_ID}", with: id) }
}

extension World {
    static let checkoutOperations: [Operation] = [
        Operation("GET /v1/checkout/sessions") { world, call in try world.listSessions(call) },
        Operation("POST /v1/checkout/sessions") { world, call in try world.createSession(call) },
        Operation("GET /v1/checkout/sessions/{session}") { world, call in
            world.shape(try world.session(call), of: call.account)
        },
        Operation("POST /v1/checkout/sessions/{session}") { world, call in
            let session = try world.session(call)
            world[call.account].sessions[session.id]?.metadata = World.merge(call["metadata"], into: session.metadata)
            return world.shape(try world.session(call), of: call.account)
        },
        Operation("POST /v1/checkout/sessions/{session}/expire") { world, call in
            let session = try world.session(call)
            guard session.status == .open else {
                throw StripeError.invalid(
                    "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session "
                        + "has a status "
                        + "of \(session.status.rawValue).")
            }
            world.expire(session.id, of: call.account)
            return world.shape(try world.session(call), of: call.account)
        },
        Operation("GET /v1/checkout/sessions/{session}/line_items") { world, call in
            world.lineItems(of: try world.session(call))
        },
    ]

    private func session(_ call: Call) throws -> CheckoutSession {
        let id = call.id("session")
        guard let session = self[call.account].sessions[id] else {
            throw StripeError.noSuch("checkout.session", id, parameter: "session")
        }
        return session
    }

    private func listSessions(_ call: Call) throws -> JSON {
        let (customer, intent) = (call.text("customer"), call.text("payment_intent"))
        let (status, email) = (call.text("status"), call["customer_details"]?["email"]?.string)
        return try list(
            self[call.account].sessions, of: "checkout.session", at: "/v1/checkout/sessions", for: call,
            where: {
                (customer == nil || $0.customer == customer) && (intent == nil || $0.intent == intent)
                    && (status == nil || $0.status.rawValue == status) && (email == nil || $0.payer?.email == email)
            }, as: { shape($0, of: call.account) })
    }

    private mutating func createSession(_ call: Call) throws -> JSON {
        try requireChargesEnabled(call.account)
        try checkMode(call)
        let (items, currency) = try lineItems(from: call["line_items"]?.array ?? [])
        guard let successURL = call.text("success_url") else {
            throw StripeError.badParameter(
                "Missing required param: success_url.", code: "parameter_missing", "success_url")
        }
        try checkURL(successURL, parameter: "success_url")
        if let cancelURL = call.text("cancel_url") { try checkURL(cancelURL, parameter: "cancel_url") }
        if let customer = call.text("customer") {
            _ = try self.customer(customer, of: call.account)
            if call["customer_email"] != nil || call["customer_creation"] != nil {
                throw StripeError.badParameter(
                    "You may only specify one of these parameters: customer, customer_email, customer_creation.",
                    "customer")
            }
        }
        let session = CheckoutSession(
            id: makeID(settings.isLive ? "cs_live_a1" : "cs_test_a1", 56), created: seconds, currency: currency,
            lineItems: items, successURL: successURL, cancelURL: call.text("cancel_url"), expiresAt: try expiry(call),
            clientReferenceID: call.text("client_reference_id"), customerCreation: call.text("customer_creation"),
            locale: call.text("locale"), submitType: call.text("submit_type"),
            intentData: call["payment_intent_data"]?.object ?? [:], customer: call.text("customer"),
            customerEmail: call.text("customer_email"), metadata: Self.merge(call["metadata"], into: [:]))
        try checkAmount(
            session.amount, in: currency, settlement: settlementCurrency(of: call.account), parameter: "line_items")
        try checkFee(
            session.intentData["application_fee_amount"]?.int, on: session.amount, account: call.account)
        self[call.account].sessions.add(session)
        schedule.add(.expire(session: session.id, account: call.account), due: session.expiresAt * 1_000)
        return shape(session, of: call.account)
    }

    private func checkMode(_ call: Call) throws {
        guard let mode = call.text("mode") else {
            throw StripeError.badParameter("Missing required param: mode.", code: "parameter_missing", "mode")
        }
        guard mode == "payment" else {
            throw StripeError.badParameter("The sandbox serves mode payment only, not \(mode).", "mode")
        }
        if let uiMode = call.text("ui_mode"), uiMode != "hosted_page" {
            throw StripeError.badParameter("The sandbox serves ui_mode hosted_page only, not \(uiMode).", "ui_mode")
        }
    }

    private func expiry(_ call: Call) throws -> Int64 {
        guard let expiry = call.whole("expires_at") else { return seconds + CheckoutSession.longestLife }
        guard expiry >= seconds + CheckoutSession.shortestLife, expiry <= seconds + CheckoutSession.longestLife else {
            throw StripeError.badParameter(
                "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout "
                    + "Session creation.",
                "expires_at")
        }
        return expiry
    }

    private mutating func lineItems(from given: [JSON]) throws -> ([CheckoutSession.LineItem], currency: String) {
        guard !given.isEmpty else {
            throw StripeError.badParameter(
                "`line_items` is required in `payment` mode.", code: "parameter_missing", "line_items")
        }
        var items: [CheckoutSession.LineItem] = []
        var currencies: Set<String> = []
        for (index, item) in given.enumerated() {
            if let price = item["price"]?.string {
                throw StripeError.noSuch("price", price, parameter: "line_items[\(index)][price]", status: 400)
            }
            guard let data = item["price_data"], let amount = data["unit_amount"]?.int, amount >= 0 else {
                throw StripeError.badParameter(
                    "The sandbox needs `price_data` with `unit_amount` for each line item.",
                    "line_items[\(index)][price_data]")
            }
            currencies.insert((data["currency"]?.string ?? "").lowercased())
            items.append(
                CheckoutSession.LineItem(
                    id: makeID("li_1"), price: makeID("price_1"),
                    product: data["product"]?.string ?? makeID("prod_", 14),
                    name: data["product_data"]?["name"]?.string ?? "Payment", unitAmount: amount,
                    quantity: item["quantity"]?.int ?? 1))
        }
        guard let currency = currencies.first, currencies.count == 1 else {
            throw StripeError.badParameter("All line items must have the same currency.", "line_items")
        }
        return (items, currency)
    }

    /// Closes a session that nobody paid. One that is no longer open stays as it is.
    mutating func expire(_ id: String, of account: String) {
        guard let session = self[account].sessions[id], session.status == .open else { return }
        self[account].sessions[id]?.status = .expired
        if let intent = session.intent, self[account].intents[intent]?.isFinal == false {
            cancel(intent, of: account, reason: "automatic")
        }
        emitSession("checkout.session.expired", id, of: account)
    }

    mutating func emitSession(_ type: String, _ id: String, of account: String) {
        guard let session = self[account].sessions[id] else { return }
        emit(type, of: account, shape(session, of: account))
    }
}
