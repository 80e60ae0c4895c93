/// What an approved authorization is worth until it is exchanged.
struct AuthorizationCode: Sendable {
    /// Seconds.
    static let lifetime: Int64 = 300

    let account: String
    let scope: Account.Connection.Scope
    let expiresAt: Int64
    var isUsed = false
}

/// A refusal of OAuth, whose `error` is a word and no object.
///
/// Source: docs.stripe.com/connect/oauth-reference.
private struct OAuthError: Error {
    let status: Int
    let code: String
    let description: String

    init(_ code: String, _ description: String, status: Int = 400) {
        self.status = status
        self.code = code
        self.description = description
    }
}

extension World {
    mutating func answerOAuth(_ request: SandboxRequest, _ form: Form) -> SandboxAnswer {
        do {
            guard request.method == "POST" else { throw OAuthError("invalid_request", "Use POST.") }
            let key = Self.key(in: request.headers["authorization"]) ?? form["client_secret"]
            guard key == settings.secretKey else {
                throw OAuthError("invalid_client", "No such API key.", status: 401)
            }
            return .json(200, try request.path == "/oauth/token" ? exchange(form) : deauthorize(form))
        } catch let error as OAuthError {
            return .json(
                error.status, ["error": .string(error.code), "error_description": .string(error.description)])
        } catch {
            return .json(500, ["error": "server_error", "error_description": "The sandbox failed."])
        }
    }

    /// Gives the account for a code. A code that is used twice revokes the connection, as Stripe does.
    private mutating func exchange(_ form: Form) throws -> JSON {
        guard let grant = form["grant_type"] else {
            throw OAuthError("invalid_request", "No grant type specified")
        }
        guard grant == "authorization_code" else {
            throw OAuthError("unsupported_grant_type", "This grant type is not supported: \(grant)")
        }
        guard let code = form["code"] else { throw OAuthError("invalid_request", "No authorization code provided") }
        guard let held = authorizationCodes[code] else {
            throw OAuthError("invalid_grant", "Authorization code does not exist: \(code)")
        }
        guard !held.isUsed else {
            disconnect(held.account)
            throw OAuthError(
                "invalid_grant",
                "This authorization code has already been used. All tokens issued with this code have been revoked.")
        }
        guard seconds < held.expiresAt else {
            throw OAuthError("invalid_grant", "Authorization code expired: \(code)")
        }
        authorizationCodes[code]?.isUsed = true
        connect(held.account, scope: held.scope)
        return [
            "access_token": .string(makeID(settings.isLive ? "sk_live_" : "sk_test_", 24)),
            "livemode": .bool(settings.isLive),
            "refresh_token": .string(makeID("rt_", 24)),
            "token_type": "bearer",
            "stripe_publishable_key": .string(makeID(settings.isLive ? "pk_live_" : "pk_test_", 24)),
            "stripe_user_id": .string(held.account),
            "scope": .string(held.scope.rawValue),
        ]
    }

    private mutating func deauthorize(_ form: Form) throws -> JSON {
        guard form["client_id"] == settings.clientID else {
            throw OAuthError("invalid_client", "No such application: \(form["client_id"] ?? "")", status: 401)
        }
        guard let account = form["stripe_user_id"], accounts[account]?.connection != nil, account != platform else {
            throw OAuthError(
                "invalid_client",
                "This application is not connected to stripe account \(form["stripe_user_id"] ?? ""), or that account "
                    + "does not exist.", status: 401)
        }
        disconnect(account)
        return ["stripe_user_id": .string(account)]
    }

    mutating func connect(_ account: String, scope: Account.Connection.Scope) {
        accounts[account]?.connection = Account.Connection(scope: scope, isMadeByPlatform: false)
        emit("account.application.authorized", of: account, application)
    }

    /// Takes the platform's access away and tells it so: `account.application.deauthorized`, whose object is the
    /// application.
    mutating func disconnect(_ account: String) {
        guard accounts[account]?.connection != nil else { return }
        emit("account.application.deauthorized", of: account, application)
        accounts[account]?.connection = nil
    }

    /// A code for an account whose owner has approved.
    mutating func issueCode(for account: String, scope: Account.Connection.Scope) -> String {
        let code = makeID("ac_", 32)
        authorizationCodes[code] = AuthorizationCode(
            account: account, scope: scope, expiresAt: seconds + AuthorizationCode.lifetime)
        return code
    }
}
