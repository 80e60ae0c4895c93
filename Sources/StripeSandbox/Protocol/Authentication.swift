import FoundationEssentials

extension World {
    /// Checks the secret key and says on whose behalf the call is made.
    ///
    /// Source: docs.stripe.com/api/authentication and docs.stripe.com/connect/authentication.
    func authenticate(_ request: SandboxRequest, isWrite: Bool) throws -> String {
        guard let key = Self.key(in: request.headers["authorization"]) else {
            throw StripeError.unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                    + "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
        }
        guard key == settings.secretKey else {
            throw StripeError.unauthorized("Invalid API Key provided: \(Self.redacted(key))")
        }
        guard let account = request.headers["stripe-account"], !account.isEmpty, account != platform else {
            return platform
        }
        try requireAccess(to: account, isWrite: isWrite)
        return account
    }

    /// - Throws: 403 `account_invalid` for an account that is unknown or not connected: the two look the same.
    func requireAccess(to account: String, isWrite: Bool) throws {
        guard let connection = accounts[account]?.connection else {
            throw StripeError(
                status: 403, type: "invalid_request_error", code: "account_invalid",
                message: "The provided key '\(Self.redacted(settings.secretKey))' does not have access to account "
                    + "'\(account)' (or that account does not exist). Application access may have been revoked.",
                parameter: nil, isKept: false)
        }
        guard connection.scope == .readWrite || !isWrite else {
            throw StripeError(
                status: 403, type: "invalid_request_error", code: "oauth_not_supported",
                message: "The account '\(account)' is connected with scope read_only.", parameter: nil, isKept: false)
        }
    }

    static func key(in header: String?) -> String? {
        guard let header, let space = header.firstIndex(of: " ") else { return nil }
        let value = header[header.index(after: space)...].drop { $0 == " " }
        switch header[..<space].lowercased() {
        case "bearer": return String(value)
        case "basic":
            guard let data = Data(base64Encoded: String(value)) else { return nil }
            return String(String(decoding: data, as: UTF8.self).prefix { $0 != ":" })
        default: return nil
        }
    }

    /// A key as Stripe shows it: its kind and its last four characters.
    static func redacted(_ key: String) -> String {
        guard key.count > 12 else { return "********" }
        return key.prefix(8) + "********" + key.suffix(4)
    }
}
