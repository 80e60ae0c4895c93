import Billing
import Stripe

extension ConnectedAccount {
    /// On whose behalf requests for this merchant are made; there is no way to make one without asking.
    func scope() throws(WorkerError) -> AccountScope {
        switch (stripeMode, stripeAccount) {
        case (.platform, _): return .platform
        case (.connect, let account?): return .connected(account)
        case (.connect, nil):
            throw .conflict(
                "account_not_connected", "make an onboarding link first: POST /v1/accounts/\(id)/onboarding_links")
        case (.none, _): throw .conflict("billing_off", "this account meters usage and charges nobody")
        }
    }

    /// What is sent for a merchant who has left would lie there until they come back, however much later.
    func requireRefunds() throws(WorkerError) {
        guard status != .disconnected else {
            throw .conflict(
                "account_disconnected",
                "the merchant has disconnected; connect them again, or give the money back in Stripe's dashboard")
        }
    }

    func requireCharges() throws(WorkerError) {
        switch status {
        case .connected: return
        case .unbilled: throw .conflict("billing_off", "this account meters usage and charges nobody")
        case .incomplete where stripeMode == .platform: throw .stripeNotConfigured
        case .incomplete:
            throw .conflict("account_not_connected", "the merchant has not finished onboarding at Stripe")
        case .restricted:
            throw .conflict(
                "account_restricted", "Stripe has switched charges off (\(statusReason ?? "no reason given"))")
        case .disconnected:
            throw .conflict("account_disconnected", "the merchant has disconnected; what accrued is kept")
        }
    }
}

extension StripeError {
    /// The same failure in the worker's words, for a caller who waits for the answer.
    func asWorkerError() -> WorkerError {
        let message = details.message.map { " (\($0))" } ?? ""
        let words = (details.code ?? details.type ?? code.rawValue) + message
        return switch kind {
        case .unavailable:
            WorkerError(.unavailable, "stripe_unavailable", "Stripe could not be reached; send the request again")
        case .indeterminate:
            WorkerError(.indeterminate, "stripe_indeterminate", "Stripe did not answer clearly; send the request again")
        case .rejected:
            WorkerError(.conflict, "stripe_refused", "Stripe refused: \(words)")
        }
    }
}

extension StripeAccess {
    /// Sends a request that may be repeated until it is answered or that makes no sense.
    func send<Answer>(_ request: StripeRequest<Answer>, _ context: WorkerContext) async throws -> Answer {
        try await client.sendRetrying(
            request, sleep: { await context.pause($0) },
            random: { context.seams.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } })
    }
}
