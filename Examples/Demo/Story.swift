/// What happens, in the order in which it does. Every line that is narrated is checked right after.
struct Story {
    let theatre: Theatre
    let stage: Stage

    private var bursar: BursarAPI { theatre.bursar }
    private var stripe: SandboxControl { theatre.stripe }
    private var browser: Browser { theatre.browser }

    func play() async throws {
        let (ada, kaze, own) = try await merchantsConnect()
        try await customersFillTheirWallets(ada, kaze, own)
        try await customersUseAI(ada, kaze, own)
        try await whatAccruedIsCharged(ada, kaze, own)
        try await RealTime(theatre: theatre, stage: stage, merchant: ada).play()
        try await aWebhookIsLost(kaze)
    }

    // MARK: - 1. Three merchants

    private func merchantsConnect() async throws -> (Merchant, Merchant, Merchant) {
        stage.chapter("Three merchants connect")
        return (try await adaConnects(), try await kazeConnects(), try await platformSellsItself())
    }

    /// No Stripe account yet: the onboarding link makes one.
    private func adaConnects() async throws -> Merchant {
        let account = try await bursar.post(
            "/v1/accounts",
            [
                "name": "Ada's AI", "email": "ada@example.com", "country": "US", "currency": "usd", "stripe": "connect",
                "markup_percent": 30, "application_fee_percent": 2,
            ])
        try stage.must(account["status"] == "incomplete", "a new merchant is incomplete")
        let link = try await bursar.post("/v1/accounts/\(account.id)/onboarding_links", [:])
        try await browser.submit(link["url"].text, ["decision": "complete"])
        let ada = Merchant(id: account.id, name: "Ada's AI", currency: "usd", api: bursar.account(account.id))
        try await isConnected(ada)
        stage.tell("Ada's AI (USD, +30 %) follows the onboarding link, makes a Stripe account, and is connected.")
        return ada
    }

    /// An account exists at Stripe already: OAuth connects it.
    private func kazeConnects() async throws -> Merchant {
        let existing = try await stripe.post(
            "/_sandbox/accounts", ["country": "JP", "currency": "jpy", "name": "Kaze"])
        let account = try await bursar.post(
            "/v1/accounts",
            ["name": "Kaze", "country": "JP", "currency": "jpy", "stripe": "connect", "markup_percent": 25])
        let link = try await bursar.post("/v1/accounts/\(account.id)/oauth_links", [:])
        try await browser.submit(link["url"].text, ["decision": "approve", "account": existing.id])
        let kaze = Merchant(id: account.id, name: "Kaze", currency: "jpy", api: bursar.account(account.id))
        try await isConnected(kaze)
        stage.tell("Kaze (JPY, +25 %) has a Stripe account already, connects it by OAuth, and is connected.")
        return kaze
    }

    /// No Connect at all: the platform's own Stripe account.
    private func platformSellsItself() async throws -> Merchant {
        let account = try await bursar.post(
            "/v1/accounts", ["name": "Own shop", "currency": "usd", "stripe": "platform", "markup_percent": 50])
        let own = Merchant(id: account.id, name: "Own shop", currency: "usd", api: bursar.account(account.id))
        try await isConnected(own)
        stage.tell("Own shop (USD, +50 %) is the platform's own Stripe account, with no Connect at all.")
        return own
    }

    private func isConnected(_ merchant: Merchant) async throws {
        try await stage.eventually("\(merchant.name) is connected") {
            try await bursar.get("/v1/accounts/\(merchant.id)")["status"] == "connected"
        }
    }

    // MARK: - 2. Wallets

    private func customersFillTheirWallets(_ ada: Merchant, _ kaze: Merchant, _ own: Merchant) async throws {
        stage.chapter("Customers fill their wallets by Checkout, which saves their card")
        try await stripe.disturbWebhooks("duplicate", of: "checkout.session.completed", count: 3)
        try await stripe.disturbWebhooks("reorder", of: "payment_intent.succeeded", count: 3)
        try await fill(ada, "alice", 1_000, "card_number", "4242424242424242")
        try await fill(ada, "bob", 500, "card_number", "4242424242424242")
        try await fill(ada, "carol", 500, "card_number", "4000002760003184")
        try await fillByBank(own, "dave", 500)
        try await fill(own, "erin", 500, "card_number", "5555555555554444")
        try await fill(kaze, "hana", 1_000, "card_number", "3566002020360505")
        stage.tell("Six customers paid. Carol's bank asked her first (3-D Secure); Dave's took its time to settle.")
        let deliveries = try await stripe.get("/_sandbox/deliveries")["data"].list
        let repeated = deliveries.count - Set(deliveries.map { $0["event"].text }).count
        try stage.must(repeated == 3, "three webhooks were sent twice")
        try stage.must(try await stripe.remainingDisturbances() == 0, "three webhooks were sent out of order")
        stage.tell(
            "\(deliveries.count) webhooks came, three of them twice and three out of order. Each fact counted once.")
    }

    private func fill(_ merchant: Merchant, _ customer: String, _ amount: Int, _ field: String, _ value: String)
        async throws
    {
        _ = try await buy(merchant, customer, amount, [field: value])
        try await isFilled(merchant, customer, amount)
    }

    /// The page is done at once, and the money comes when the bank says so.
    private func fillByBank(_ merchant: Merchant, _ customer: String, _ amount: Int) async throws {
        let topUp = try await buy(merchant, customer, amount, ["bank": "success"])
        try await stage.eventually("the top-up of \(customer) is pending") {
            try await merchant.api.get("/v1/top_ups/\(topUp.id)")["status"] == "pending"
        }
        let intent = try await merchant.api.get("/v1/top_ups/\(topUp.id)")["payment_intent"]
        try await stripe.post("/_sandbox/payment_intents/\(intent.text)/settle", ["outcome": "succeeded"])
        try await isFilled(merchant, customer, amount)
    }

    private func buy(
        _ merchant: Merchant, _ customer: String, _ amount: Int, _ form: [String: String]
    ) async throws -> Value {
        let topUp = try await merchant.api.post(
            "/v1/top_ups",
            [
                "customer": .text(customer), "amount": .number(amount), "success_url": .text(theatre.thankYou),
                "cancel_url": .text(theatre.thankYou),
            ])
        try await browser.submit(topUp["url"].text, form)
        return topUp
    }

    private func isFilled(_ merchant: Merchant, _ customer: String, _ amount: Int) async throws {
        try await stage.eventually("the wallet of \(customer) is filled") {
            try await merchant.balance(of: customer)["wallet"]["amount"] == .number(amount)
        }
    }

    // MARK: - 3. Usage

    private func customersUseAI(_ ada: Merchant, _ kaze: Merchant, _ own: Merchant) async throws {
        stage.chapter("They use AI: the wallet pays first, the rest accrues")
        try await meter(ada, "alice", events: 100, costMicros: 200_000)
        try await meter(ada, "bob", events: 40, costMicros: 300_000)
        try await meter(ada, "carol", events: 50, costMicros: 250_000)
        try await meter(own, "dave", events: 30, costMicros: 400_000)
        try await meter(own, "erin", events: 25, costMicros: 333_333)
        try await meter(kaze, "hana", events: 60, costMicros: 41_000_000)
        stage.tell("305 requests were metered, each in the books before it was answered.")
        let alice = try await ada.balance(of: "alice")
        try stage.must(alice["wallet"]["micros"] == .number(0), "alice's wallet is used up")
        try stage.must(
            alice["accrued"]["micros"] == .number(16_000_000), "alice owes 100 × 0.26 − 10.00 = 16.00 USD")
        let again = try await ada.api.post("/v1/usage", .list([event(1, of: "alice", costMicros: 200_000)]))
        try stage.must(again["data"][0]["status"] == "duplicate", "an event that is sent again changes nothing")
        stage.tell(
            "Alice: 100 × 0.20 + 30 % = 26.00 USD, 10.00 from her wallet, 16.00 accrued. Sent again, nothing changes.")
    }

    private func meter(_ merchant: Merchant, _ customer: String, events: Int, costMicros: Int) async throws {
        let batch = (1...events).map { event($0, of: customer, costMicros: costMicros) }
        let verdicts = try await merchant.api.post("/v1/usage", .list(batch))["data"].list
        try stage.must(
            verdicts.count == events && verdicts.allSatisfy { $0["status"] == "accepted" }, "every event is accepted")
    }

    private func event(_ number: Int, of customer: String, costMicros: Int) -> Value {
        [
            "id": .text("\(customer)-\(number)"), "customer": .text(customer), "cost_micros": .number(costMicros),
            "model": "claude-opus-5",
        ]
    }

    // MARK: - 4. Charges

    private func whatAccruedIsCharged(_ ada: Merchant, _ kaze: Merchant, _ own: Merchant) async throws {
        stage.chapter("What accrued is charged, off session, with the saved card")
        let alice = try await charge(ada, "alice", until: "paid")
        stage.tell("Alice pays \(alice.amountText). Two per cent of it is the platform's.")

        try await replaceCard(of: "bob", at: ada, by: "pm_card_chargeCustomerFail")
        let bob = try await charge(ada, "bob", until: "failed")
        stage.tell("Bob has another card by now, and it is declined, \(bob["reason"].text): \(bob["next_step"].text).")

        let carol = try await charge(ada, "carol", until: "requires_action")
        stage.tell("Carol's bank wants to see her: she gets a link …")
        try await browser.openAndDecide(carol["payment_url"].text, "complete")
        try await isCharged(ada, carol.id, "paid")
        stage.tell("… and finishes the same payment there: \(carol.amountText), paid.")

        let dave = try await charge(own, "dave", until: "pending")
        try await stripe.post(
            "/_sandbox/payment_intents/\(dave["payment_intent"].text)/settle", ["outcome": "succeeded"])
        try await isCharged(own, dave.id, "paid")
        stage.tell("Dave pays by bank debit: pending for days, then the bank settles it: \(dave.amountText), paid.")

        try await replaceCard(of: "erin", at: own, by: "pm_usBankAccount_success")
        let erin = try await charge(own, "erin", until: "pending")
        stage.tell("Erin pays by bank debit, too: \(erin.amountText), and her bank has not settled yet.")

        let hana = try await charge(kaze, "hana", until: "paid")
        try stage.must(
            hana["amount"]["amount"] == .number(2_075), "60 × 51.25 − 1000 = 2075 yen go to Stripe as 2075")
        stage.tell("Hana pays \(hana.amountText): yen have no decimals, so 2075 it is.")
    }

    private func charge(_ merchant: Merchant, _ customer: String, until status: String) async throws -> Value {
        let charge = try await merchant.api.post("/v1/charges", ["customer": .text(customer)])
        return try await isCharged(merchant, charge.id, status)
    }

    @discardableResult
    private func isCharged(_ merchant: Merchant, _ id: String, _ status: String) async throws -> Value {
        try await stage.eventually("charge \(id) is \(status)") {
            let charge = try await merchant.api.get("/v1/charges/\(id)")
            return charge["status"].text == status && charge["payment_intent"] != .none
        }
        return try await merchant.api.get("/v1/charges/\(id)")
    }

    /// Saves another way to pay, as the merchant's own pages would.
    private func replaceCard(of name: String, at merchant: Merchant, by method: String) async throws {
        let customer = try await merchant.api.get("/v1/customers/\(name)")
        let stripeAccount = try await bursar.get("/v1/accounts/\(merchant.id)")["stripe_account"]
        let attached = try await stripe.attach(
            method, to: customer["stripe_customer"].text, on: stripeAccount.textOrNil)
        try await merchant.api.post("/v1/customers/\(name)", ["payment_method": .text(attached.id)])
    }

    // MARK: - 5. A lost webhook

    private func aWebhookIsLost(_ kaze: Merchant) async throws {
        stage.chapter("A webhook is never delivered")
        try await stripe.disturbWebhooks("drop", of: nil, count: 50)
        _ = try await buy(kaze, "kenji", 3_000, ["card_number": "4242424242424242"])
        try await stripe.stopDisturbing()
        let before = try await kaze.balance(of: "kenji")
        try stage.must(before["wallet"]["amount"] == .number(0), "without the webhook nobody has told Bursar")
        stage.tell("Kenji paid 3000 JPY, and Stripe's word of it never came: his wallet is empty.")
        let run = try await bursar.post("/v1/reconciliations", [:])
        try await stage.eventually("the sweep has finished") {
            try await bursar.get("/v1/reconciliations/\(run.id)")["status"] != "running"
        }
        try await isFilled(kaze, "kenji", 3_000)
        stage.tell("The sweep reads what Stripe has, finds it, and fills his wallet. Later it will find nothing more.")
    }
}

/// A merchant, and Bursar's API as one of their servers calls it.
struct Merchant {
    let id: String
    let name: String
    let currency: String
    let api: BursarAPI

    func balance(of customer: String) async throws -> Value {
        try await api.get("/v1/customers/\(customer)/balance")
    }
}
