extension World {
    /// The page behind an Account Link: `/setup/s/ACCOUNT/TOKEN`.
    ///
    /// A script completes it without looking: `POST` with `decision=complete` or `decision=half`. The link itself is
    /// good for one visit; the page that the visit gave may still be sent.
    mutating func onboardingPage(_ request: SandboxRequest, token: String) -> SandboxAnswer {
        guard let known = accountLinks[token] else {
            return .page(404, PageLayout.page("No such link", "<p>This onboarding link was never made.</p>"))
        }
        let form = Form(String(decoding: request.body, as: UTF8.self))
        if request.method == "POST", form["form_key"] == known.formKey {
            return submitOnboarding(known, decision: form["decision"])
        }
        guard let link = visit(link: token) else { return .redirect(to: known.refreshURL) }
        if request.method == "POST" { return submitOnboarding(link, decision: form["decision"]) }
        return .page(200, Self.onboardingForm(link, account: accounts[link.account]))
    }

    private mutating func submitOnboarding(_ link: AccountLink, decision: String?) -> SandboxAnswer {
        guard accounts[link.account]?.connection != nil else { return .redirect(to: link.refreshURL) }
        changeAccount(link.account) { account in
            account.standing = decision == "half" ? .halfDone : .enabled
            if decision != "half", account.businessProfile["name"] == nil {
                account.businessProfile["name"] = "Sandbox merchant"
            }
        }
        return .redirect(to: link.returnURL)
    }

    private static func onboardingForm(_ link: AccountLink, account: Account?) -> HTML {
        let due = (account?.standing.currentlyDue ?? []).map { item -> HTML in "<li><code>\(item)</code></li>" }
        let list: HTML = due.isEmpty ? "" : "<h2>Still to be told</h2><ul>\(due)</ul>"
        return PageLayout.page(
            "Set up your account",
            """
            <p>Account <code>\(link.account)</code>, \(account?.country ?? ""), settles in
            \((account?.defaultCurrency ?? "").uppercased()).</p>
            \(list)
            <p class="quiet">Here nothing is asked for: one button answers it all.</p>
            <form method="post">
            <input type="hidden" name="form_key" value="\(link.formKey)">
            <button name="decision" value="complete">Complete everything</button>
            <button name="decision" value="half" class="second">Leave half done</button>
            </form>
            """)
    }
}
