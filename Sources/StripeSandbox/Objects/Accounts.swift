/// A Stripe account: the platform's own, or a Standard one of a merchant.
struct Account: Shelved {
    let id: String
    let created: Int64
    let country: String
    let defaultCurrency: String
    var email: String?
    var businessType: String?
    var businessProfile: JSONObject
    var metadata: JSONObject
    var standing: AccountStanding
    /// What the platform may do; nil where it is not connected, or no longer.
    var connection: Connection?

    struct Connection: Sendable {
        enum Scope: String, Sendable {
            case readOnly = "read_only"
            case readWrite = "read_write"
        }
        let scope: Scope
        /// Whether the platform made the account, rather than having been let in by OAuth.
        let isMadeByPlatform: Bool
    }
}

extension World {
    static let accountOperations: [Operation] = [
        Operation("GET /v1/account") { world, call in try world.retrieveAccount(call.account) },
        Operation("GET /v1/accounts") { world, call in try world.listAccounts(call) },
        Operation("POST /v1/accounts") { world, call in try world.createAccount(call) },
        Operation("GET /v1/accounts/{account}") { world, call in try world.retrieveAccount(call.id("account")) },
        Operation("POST /v1/accounts/{account}") { world, call in try world.updateAccount(call) },
        Operation("POST /v1/account_links") { world, call in try world.createAccountLink(call) },
    ]

    private static let currencies = [
        "US": "usd", "JP": "jpy", "GB": "gbp", "CA": "cad", "AU": "aud", "NZ": "nzd", "CH": "chf", "SE": "sek",
        "NO": "nok",
        "DK": "dkk", "PL": "pln", "CZ": "czk", "HU": "huf", "RO": "ron", "SG": "sgd", "HK": "hkd", "IN": "inr",
        "BR": "brl",
        "MX": "mxn", "TH": "thb", "MY": "myr", "AE": "aed", "IS": "isk", "KW": "kwd", "UG": "ugx", "KR": "krw",
        "ZA": "zar",
    ]

    /// The currency in which accounts of a country settle; the euro where the sandbox knows no other.
    static func currency(of country: String) -> String { currencies[country.uppercased()] ?? "eur" }

    mutating func openPlatform() {
        accounts.add(
            Account(
                id: platform, created: seconds, country: settings.platformCountry,
                defaultCurrency: settings.platformCurrency, email: "platform@example.com", businessType: "company",
                businessProfile: ["name": "The platform"], metadata: [:], standing: .enabled,
                connection: Account.Connection(scope: .readWrite, isMadeByPlatform: true)))
        for webhook in settings.webhooks { register(webhook) }
    }

    /// An account that lives at Stripe and has nothing to do with the platform yet.
    mutating func openAccount(country: String, currency: String?, email: String?, name: String?) -> Account {
        var account = Account(
            id: makeID("acct_", 16), created: seconds, country: country.uppercased(),
            defaultCurrency: currency?.lowercased() ?? Self.currency(of: country), email: email,
            businessType: "company", businessProfile: [:], metadata: [:], standing: .enabled, connection: nil)
        account.businessProfile["name"] = .text(name)
        accounts.add(account)
        return account
    }

    private mutating func createAccount(_ call: Call) throws -> JSON {
        try checkIsStandard(call)
        let country = call.text("country") ?? accounts[platform]?.country ?? "US"
        let currency = call.text("default_currency") ?? Self.currency(of: country)
        guard Currency(currency) != nil else { throw StripeError.badParameter("Invalid currency", "default_currency") }
        let account = Account(
            id: makeID("acct_", 16), created: seconds, country: country.uppercased(),
            defaultCurrency: currency.lowercased(), email: call.text("email"), businessType: call.text("business_type"),
            businessProfile: call["business_profile"]?.object ?? [:],
            metadata: Self.merge(call["metadata"], into: [:]), standing: .fresh,
            connection: Account.Connection(scope: .readWrite, isMadeByPlatform: true))
        accounts.add(account)
        return shape(account)
    }

    /// The sandbox makes Standard accounts, by `type` or by the controller properties that are equal to it.
    ///
    /// Source: docs.stripe.com/connect/migrate-to-controller-properties.
    private func checkIsStandard(_ call: Call) throws {
        if call["type"] != nil, call["controller"] != nil {
            throw StripeError.badParameter("You may not provide both `type` and `controller`.", "type")
        }
        if let type = call.text("type"), type != "standard" {
            throw StripeError.badParameter("The sandbox serves accounts of type standard only, not \(type).", "type")
        }
        let standard = [
            ("fees", "payer", "account"), ("losses", "payments", "stripe"), ("stripe_dashboard", "type", "full"),
        ]
        for (group, name, wanted) in standard {
            guard let given = call["controller"]?[group]?[name]?.string, given != wanted else { continue }
            throw StripeError.badParameter(
                "The sandbox serves Standard accounts only: `\(wanted)`, not `\(given)`.",
                "controller[\(group)][\(name)]")
        }
        if let collection = call["controller"]?["requirement_collection"]?.string, collection != "stripe" {
            throw StripeError.badParameter(
                "The sandbox serves Standard accounts only: `stripe`, not `\(collection)`.",
                "controller[requirement_collection]")
        }
    }

    private func retrieveAccount(_ id: String) throws -> JSON {
        try requireAccess(to: id, isWrite: false)
        return accounts[id].map(shape) ?? .null
    }

    private func listAccounts(_ call: Call) throws -> JSON {
        try list(
            accounts, of: "account", at: "/v1/accounts", for: call,
            where: { $0.connection != nil && $0.id != platform }, as: shape)
    }

    private mutating func updateAccount(_ call: Call) throws -> JSON {
        let id = call.id("account")
        try requireAccess(to: id, isWrite: true)
        changeAccount(id) { account in
            account.metadata = Self.merge(call["metadata"], into: account.metadata)
            if let email = call.text("email") { account.email = email }
            if let type = call.text("business_type") { account.businessType = type }
            if let profile = call["business_profile"]?.object {
                account.businessProfile = account.businessProfile.merging(profile)
            }
        }
        return accounts[id].map(shape) ?? .null
    }

    /// Changes an account and tells of it where something has changed: `account.updated`.
    mutating func changeAccount(_ id: String, _ change: (inout Account) -> Void) {
        guard var account = accounts[id] else { return }
        let before = shape(account)
        change(&account)
        accounts[id] = account
        let after = shape(account)
        guard after != before else { return }
        emit("account.updated", of: id, after, previous: Event.difference(from: before, to: after))
    }
}
