/// A single-use door to the onboarding page of one account.
struct AccountLink: Sendable {
    /// Seconds; Stripe's example shows five minutes.
    static let lifetime: Int64 = 300

    let account: String
    let refreshURL: String
    let returnURL: String
    let expiresAt: Int64
    var isVisited = false
    /// Known only to the page that the one visit was given, so that its form can be sent.
    let formKey: String
}

extension World {
    /// Source: docs.stripe.com/api/account_links/create.
    mutating func createAccountLink(_ call: Call) throws -> JSON {
        let account = call.text("account") ?? ""
        guard accounts[account]?.connection != nil, account != platform else {
            throw StripeError.noSuch("account", account, parameter: "account", status: 400)
        }
        guard call.text("type") == "account_onboarding" else {
            throw StripeError.badParameter(
                "You cannot create `account_update` type Account Links for this account.", "type")
        }
        guard let refreshURL = call.text("refresh_url"), let returnURL = call.text("return_url") else {
            let missing = call.text("refresh_url") == nil ? "refresh_url" : "return_url"
            throw StripeError.badParameter("You must provide `\(missing)`.", code: "parameter_missing", missing)
        }
        for (name, url) in [("refresh_url", refreshURL), ("return_url", returnURL)] {
            try checkURL(url, parameter: name)
        }
        let token = random.letters(12)
        let link = AccountLink(
            account: account, refreshURL: refreshURL, returnURL: returnURL, expiresAt: seconds + AccountLink.lifetime,
            formKey: random.letters(12))
        accountLinks[token] = link
        return [
            "object": "account_link",
            "created": .int(seconds),
            "expires_at": .int(link.expiresAt),
            "url": .string("\(settings.baseURL)/setup/s/\(account)/\(token)"),
        ]
    }

    /// Refuses what is no web address, and in live mode what is not https.
    func checkURL(_ url: String, parameter: String) throws {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw StripeError.badParameter("Not a valid URL", code: "url_invalid", parameter)
        }
        if settings.isLive, !url.hasPrefix("https://") {
            throw StripeError.badParameter("Livemode requests must use HTTPS.", code: "url_invalid", parameter)
        }
    }

    /// Opens a link for the one visit it is good for, within its time.
    mutating func visit(link token: String) -> AccountLink? {
        guard let link = accountLinks[token], !link.isVisited, seconds < link.expiresAt,
            accounts[link.account]?.connection != nil
        else { return nil }
        accountLinks[token]?.isVisited = true
        return link
    }
}
