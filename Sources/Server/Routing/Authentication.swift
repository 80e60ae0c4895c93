import Billing
import HTTPTypes
import Storage
import Worker

/// Finds out whose key came with a call, and which account the call is about.
///
/// The key is looked up each time, so one that was revoked opens nothing from the moment of its revocation on.
struct Authentication {
    let worker: BillingWorker

    /// Fills in the caller and the account.
    /// - Parameter route: not an open one.
    /// - Returns: the key's secret.
    func admit(_ call: inout Call, to route: Route) async throws -> String {
        guard let secret = Self.bearer(call.headers) else { throw Problem.unauthenticated }
        let wanted = try Self.wantedAccount(call, route)
        let (key, found) = try await worker.context.database.read { [worker] tx in
            guard let key = try worker.keys.authenticate(secret, in: tx) else { throw Problem.unauthenticated }
            return (key, try Self.account(wanted, for: key, route, worker, tx))
        }
        call.caller = Caller(key.scope)
        call.keyID = key.id
        call.account = found
        return secret
    }

    /// For what is open to this machine alone, and to the platform from everywhere.
    func requirePlatform(_ headers: HTTPFields) async throws {
        guard let secret = Self.bearer(headers) else { throw Problem.unauthenticated }
        let key = try await worker.context.database.read { [worker] tx in try worker.keys.authenticate(secret, in: tx) }
        guard let key else { throw Problem.unauthenticated }
        guard key.scope == .platform else { throw Problem.platformOnly }
    }

    private static func bearer(_ headers: HTTPFields) -> String? {
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }

    /// The account that the request names, by its path or by its header.
    private static func wantedAccount(_ call: Call, _ route: Route) throws -> String? {
        switch route.access {
        case .accountInPath: call.parameters["id"]
        case .account, .customer, .anyScope: call.headers[.bursarAccount]
        case .open, .platform: nil
        }
    }

    /// - Throws: 403 where the route wants a key of a wider scope, 404 for an account that is unknown or another's.
    private static func account(
        _ wanted: String?, for key: ApiKey, _ route: Route, _ worker: BillingWorker, _ tx: Transaction
    ) throws -> ConnectedAccount.ID? {
        let notFound = Problem.unknown("account")
        switch key.scope {
        case .account(let own):
            guard route.access != .platform else { throw Problem.platformOnly }
            guard route.isUse || !key.isForUseAlone else { throw Problem.boundedKey }
            guard wanted == nil || wanted == own.text else { throw notFound }
            return own
        case .customer(let own, _):
            guard route.access != .platform else { throw Problem.platformOnly }
            guard route.access == .customer else { throw Problem.accountOnly }
            guard wanted == nil || wanted == own.text else { throw notFound }
            return own
        case .platform:
            guard let wanted else {
                guard !route.access.needsHeader else { throw Problem.accountHeaderMissing }
                return nil
            }
            guard let id = ConnectedAccount.ID(wanted) else { throw notFound }
            return try worker.accounts.get(id, in: tx).id
        }
    }
}
