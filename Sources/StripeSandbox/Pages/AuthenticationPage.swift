extension World {
    /// The page on which the cardholder stands for the bank: `/authenticate/ACCOUNT/INTENT/KEY`.
    ///
    /// A script `POST`s `decision=complete` or `decision=fail`. Where the intent belongs to a Checkout Session it goes
    /// back there; else to the intent's `return_url` with `payment_intent`, `payment_intent_client_secret` and
    /// `redirect_status`.
    mutating func authenticationPage(
        _ request: SandboxRequest, account: String, intent id: String, key: String
    ) -> SandboxAnswer {
        guard let intent = self[account].intents[id], intent.clientSecret.hasSuffix(key), key.count >= 20 else {
            return .page(404, PageLayout.page("No such page", "<p>Nobody is waiting for this authentication.</p>"))
        }
        guard intent.status == .requiresAction else { return back(from: intent, account: account) }
        guard request.method == "POST" else { return .page(200, Self.authenticationForm(intent)) }
        let form = Form(String(decoding: request.body, as: UTF8.self))
        // A decline after the authentication is written in the intent, where the way back finds it.
        try? finishAuthentication(of: id, account: account, passed: form["decision"] != "fail")
        return back(from: self[account].intents[id] ?? intent, account: account)
    }

    private mutating func back(from intent: PaymentIntent, account: String) -> SandboxAnswer {
        if let session = intent.session {
            switch resume(session, of: account) {
            case .complete(let destination): return .redirect(to: destination)
            case .authenticate(let url): return .redirect(to: url)
            case .refused:
                guard let open = self[account].sessions[session] else { break }
                return .redirect(to: checkoutURL(of: open, account: account))
            }
        }
        guard let returnURL = intent.returnURL else {
            return .page(200, PageLayout.page("Done", "<p>You can close this page.</p>"))
        }
        let hasPassed = intent.isFinal || intent.status == .processing || intent.status == .requiresCapture
        return .redirect(
            to: url(
                returnURL,
                adding: [
                    ("payment_intent", intent.id), ("payment_intent_client_secret", intent.clientSecret),
                    ("redirect_status", hasPassed ? "succeeded" : "failed"),
                ]))
    }

    private static func authenticationForm(_ intent: PaymentIntent) -> HTML {
        PageLayout.page(
            "Is this you?",
            """
            <p>This page stands for the cardholder's bank (3-D Secure).</p>
            <p>A payment of <strong>\(PageLayout.amount(intent.amount, intent.currency))</strong>
            waits for your consent.</p>
            <form method="post">
            <button name="decision" value="complete">Complete authentication</button>
            <button name="decision" value="fail" class="second">Fail authentication</button>
            </form>
            """)
    }
}
