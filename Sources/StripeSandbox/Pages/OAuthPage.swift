/// What `/oauth/authorize` was asked with.
private struct AuthorizationRequest {
    let redirectURI: String
    let state: String?
    let scope: Account.Connection.Scope

    /// The way back, with the state as it came.
    func back(_ parameters: [(name: String, value: String)]) -> SandboxAnswer {
        .redirect(to: url(redirectURI, adding: parameters + (state.map { [("state", $0)] } ?? [])))
    }
}

extension World {
    /// The page on which the owner of an account lets the platform in, or does not: `/oauth/authorize`.
    ///
    /// A script `POST`s to the same URL: `decision=approve` with `account=acct_…` of one that is not connected, or
    /// `country` and `currency` of one to be made; or `decision=deny`.
    ///
    /// Source: docs.stripe.com/connect/oauth-reference#get-authorize.
    mutating func oauthPage(_ request: SandboxRequest) -> SandboxAnswer {
        do {
            let asked = try authorization(Form(request.query))
            guard request.method == "POST" else { return .page(200, oauthForm(scope: asked.scope)) }
            let form = Form(String(decoding: request.body, as: UTF8.self))
            guard form["decision"] != "deny" else {
                return asked.back([
                    ("error", "access_denied"), ("error_description", "The user denied your request"),
                ])
            }
            let account = try chosenAccount(form)
            let code = issueCode(for: account, scope: asked.scope)
            return asked.back([("scope", asked.scope.rawValue), ("code", code)])
        } catch let error as StripeError {
            return .page(error.status, PageLayout.page("This cannot be authorized", note: error.message, ""))
        } catch {
            return .page(500, PageLayout.page("The sandbox failed", ""))
        }
    }

    private func authorization(_ query: Form) throws -> AuthorizationRequest {
        guard query["client_id"] == settings.clientID else {
            throw StripeError.invalid("No application matches the supplied client identifier")
        }
        guard query["response_type"] ?? "code" == "code" else {
            throw StripeError.invalid("response_type must be `code`.")
        }
        guard let uri = query["redirect_uri"] ?? settings.redirectURIs.first else {
            throw StripeError.invalid("No redirect_uri was given, and none is registered.")
        }
        guard settings.redirectURIs.isEmpty || settings.redirectURIs.contains(uri) else {
            throw StripeError.invalid(
                "Invalid redirect URI '\(uri)'. Ensure this uri exactly matches one of the uris specified in your "
                    + "application settings.")
        }
        try checkURL(uri, parameter: "redirect_uri")
        guard let scope = Account.Connection.Scope(rawValue: query["scope"] ?? "read_only") else {
            throw StripeError.invalid("Invalid scope: \(query["scope"] ?? "")")
        }
        return AuthorizationRequest(redirectURI: uri, state: query["state"], scope: scope)
    }

    private mutating func chosenAccount(_ form: Form) throws -> String {
        if let id = form["account"], !id.isEmpty {
            guard let account = accounts[id], id != platform else {
                throw StripeError.noSuch("account", id, parameter: "account", status: 400)
            }
            guard account.connection?.isMadeByPlatform != true else {
                throw StripeError.invalid("The account \(id) is already controlled by this platform.")
            }
            return id
        }
        let country = form["country"] ?? "US"
        let currency = form["currency"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.currency(of: country)
        guard Currency(currency) != nil else {
            throw StripeError.badParameter("Invalid currency: \(currency)", "currency")
        }
        return openAccount(
            country: country, currency: currency, email: form["email"],
            name: form["business_name"] ?? "Sandbox merchant"
        ).id
    }

    private func oauthForm(scope: Account.Connection.Scope) -> HTML {
        let choices = accounts.oldestFirst().filter { $0.id != platform && $0.connection == nil }.map {
            account -> HTML in
            let name = account.businessProfile["name"]?.string ?? account.email ?? "no name"
            return """
                <option value="\(account.id)">
                \(name) – \(account.country), \(account.defaultCurrency) (\(account.id))</option>
                """
        }
        let word = scope == .readWrite ? "read and change everything" : "read everything"
        return PageLayout.page(
            "Connect your account",
            """
            <p>The platform <code>\(settings.clientID)</code> asks to \(word) on your account.</p>
            <form method="post">
            <label><span>Account</span><select name="account">\(Array(choices))
            <option value="">A new account, made from what is below</option></select></label>
            <div class="row">
            <label><span>Country of a new one</span><input name="country" value="US" maxlength="2"></label>
            <label><span>Its currency</span><input name="currency" placeholder="of the country" maxlength="3"></label>
            </div>
            <button name="decision" value="approve">Connect</button>
            <button name="decision" value="deny" class="second">Deny</button>
            </form>
            """)
    }
}
