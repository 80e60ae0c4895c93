extension World {
    /// The page of a Checkout Session: `/c/pay/ACCOUNT/SESSION`.
    ///
    /// A script `POST`s one of `card_number=4242…`, `payment_method=pm_card_visa` or `bank=success` (the name of a test
    /// bank account), with `email` and `name` where it likes. It is sent on to the success page (303), to the page on
    /// which the cardholder authenticates (303), or shown why not (402).
    mutating func checkoutPage(_ request: SandboxRequest, account: String, session id: String) -> SandboxAnswer {
        guard let session = self[account].sessions[id] else {
            return .page(404, PageLayout.page("No such page", "<p>This payment page was never made.</p>"))
        }
        switch session.status {
        case .complete: return .page(200, PageLayout.page("Thank you", "<p>This has been paid for already.</p>"))
        case .expired: return .page(410, PageLayout.page("Too late", "<p>This payment page has expired.</p>"))
        case .open: break
        }
        guard request.method == "POST" else { return .page(200, checkoutForm(session)) }
        let form = Form(String(decoding: request.body, as: UTF8.self))
        let result = pay(id, of: account, email: form["email"].flatMap { $0.isEmpty ? nil : $0 }, name: form["name"]) {
            world in
            try world.method(from: form, account: account)
        }
        switch result {
        case .complete(let destination): return .redirect(to: destination)
        case .authenticate(let url): return .redirect(to: url)
        case .refused: return .page(402, checkoutForm(self[account].sessions[id] ?? session))
        }
    }

    /// The payment method that the form of the page describes.
    private mutating func method(from form: Form, account: String) throws -> PaymentMethod {
        if let name = form["payment_method"], !name.isEmpty { return try paymentMethod(name, of: account) }
        if let bank = form["bank"], !bank.isEmpty { return try paymentMethod("pm_usBankAccount_" + bank, of: account) }
        let month = form["expiry"]?.split(separator: "/").first.map(String.init) ?? "12"
        let year = form["expiry"]?.split(separator: "/").last.flatMap { Int64($0) } ?? 34
        let card: JSONObject = [
            "number": .string((form["card_number"] ?? "").filter { !$0.isWhitespace }),
            "exp_month": .int(Int64(month) ?? 12),
            "exp_year": .int(year < 100 ? 2_000 + year : year),
        ]
        return try createPaymentMethod(from: ["type": "card", "card": .object(card)], account: account)
    }

    private func checkoutForm(_ session: CheckoutSession) -> HTML {
        let lines = session.lineItems.map { item -> HTML in
            let amount = PageLayout.amount(item.unitAmount * item.quantity, session.currency)
            return "<tr><td>\(item.name) × \(String(item.quantity))</td><td>\(amount)</td></tr>"
        }
        let total = PageLayout.amount(session.amount, session.currency)
        let cancel: HTML = session.cancelURL.map { "<p><a href=\"\($0)\">Cancel and go back</a></p>" } ?? ""
        let email = session.customerEmail ?? ""
        return PageLayout.page(
            "Pay \(total)", note: session.lastRefusal,
            """
            <table>\(lines)<tr><td><strong>Total</strong></td><td><strong>\(total)</strong></td></tr></table>
            <form method="post">
            <h2>By card</h2>
            <label><span>E-mail</span><input name="email" type="email" value="\(email)"></label>
            <label><span>Name</span><input name="name" autocomplete="off"></label>
            <label><span>Card number</span>
            <input name="card_number" inputmode="numeric" autocomplete="off" placeholder="4242 4242 4242 4242"></label>
            <div class="row">
            <label><span>Expiry</span><input name="expiry" value="12/34"></label>
            <label><span>CVC</span><input name="cvc" value="123" autocomplete="off"></label>
            </div>
            <p class="quiet">Test cards: 4242 4242 4242 4242 pays; …9995 has no funds; 4000 0025 0000 3155 asks for the
            cardholder.</p>
            <button>Pay \(total)</button>
            <h2>By bank debit, which settles later</h2>
            <button name="bank" value="success" class="second">From an account that pays</button>
            <button name="bank" value="insufficientFunds" class="second">From an empty one</button>
            </form>
            \(cancel)
            """)
    }
}
