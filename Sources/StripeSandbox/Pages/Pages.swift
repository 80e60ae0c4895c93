extension World {
    /// The pages that a person sees, by their paths.
    mutating func answerPage(_ request: SandboxRequest) -> SandboxAnswer {
        let parts = request.path.split(separator: "/").map { Form.unescape($0) }
        guard ["GET", "POST"].contains(request.method) else {
            return .page(405, PageLayout.page("Not so", "<p>Pages are read and sent, nothing else.</p>"))
        }
        switch (parts.first, parts.count) {
        case (nil, _): return .page(200, frontPage)
        case ("setup", 4): return onboardingPage(request, token: parts[3])
        case ("oauth", 2) where parts[1] == "authorize": return oauthPage(request)
        case ("c", 4) where parts[1] == "pay": return checkoutPage(request, account: parts[2], session: parts[3])
        case ("authenticate", 4):
            return authenticationPage(request, account: parts[1], intent: parts[2], key: parts[3])
        case ("receipts", 3): return receiptPage(account: parts[1], charge: parts[2])
        default: return .page(404, PageLayout.page("No such page", "<p>The sandbox has no page here.</p>"))
        }
    }

    private func receiptPage(account: String, charge id: String) -> SandboxAnswer {
        guard let charge = self[account].charges[id], charge.isPaid else {
            return .page(404, PageLayout.page("No such receipt", ""))
        }
        let amount = PageLayout.amount(charge.amountCaptured, charge.currency)
        return .page(
            200, PageLayout.page("Receipt", "<p>Paid: <strong>\(amount)</strong></p><p>Charge <code>\(id)</code></p>"))
    }

    private var frontPage: HTML {
        let accounts = accounts.oldestFirst().map { account -> HTML in
            let state =
                account.id == platform
                ? "the platform"
                : account.connection == nil
                    ? "not connected" : account.standing.chargesEnabled ? "enabled" : "incomplete"
            return "<tr><td><code>\(account.id)</code></td><td>\(state)</td></tr>"
        }
        return PageLayout.page(
            "A Stripe that needs no network",
            """
            <p>This program stands in for the Stripe API under <code>/v1</code>. It is not Stripe and has
            nothing to do with it.</p>
            <table>\(Array(accounts))</table>
            <p class="quiet">Control calls are listed at <a href="/_sandbox">/_sandbox</a>.</p>
            """)
    }
}
