package import Billing
package import Ledger
package import Storage
package import Worker

/// The shapes of the API's answers, for `bursar … --json`: a command and a route answer alike.
package struct Shapes: Sendable {
    let worker: BillingWorker

    package init(_ worker: BillingWorker) { self.worker = worker }

    package func account(_ account: ConnectedAccount) throws -> JSON { try account.json }

    package func key(_ key: ApiKey) -> JSON { key.json(at: worker.context.now) }

    /// - Parameter key: with its secret, which is shown this once.
    package func key(_ key: MintedKey) -> JSON { self.key(key.key).with("secret", .string(key.secret)) }

    package func usage(_ usage: KeyUsage, of account: ConnectedAccount) -> JSON {
        usage.json(account.currency, at: worker.context.now)
    }

    package func link(_ link: OnboardingLink) -> JSON {
        ["url": .string(link.url), "expires_at": .time(link.expiresAt)]
    }

    package func link(_ link: OAuthLink) -> JSON { ["url": .string(link.url), "expires_at": .time(link.expiresAt)] }

    package func plan(_ plan: Plan) throws -> JSON { try plan.json }

    package func meter(_ meter: Meter) -> JSON { meter.json }

    /// - Parameter customers: the external ids, by our ids.
    package func figure(_ figure: MeterFigure, customers: [String: String]) -> JSON { figure.json(customers) }

    package func product(_ product: Product) throws -> JSON { try product.json }

    package func organization(_ entry: OrganizationStore.Entry) -> JSON { entry.json }

    package func organization(_ report: OrganizationReport) throws -> JSON {
        try report.json(worker.context.currencies)
    }

    package func auditEntry(_ entry: AuditEntry) -> JSON { entry.json }

    package func customer(_ customer: Customer) -> JSON { customer.json }

    package func balance(_ balance: CustomerBalance, of customer: Customer) throws -> JSON {
        try balance.json(customer, worker.context.currencies)
    }

    package func usage(_ event: UsageEvent) -> JSON { event.json }

    package func autoTopUp(of customer: Customer, in tx: Transaction) throws -> JSON {
        try worker.autoTopUpJSON(of: customer, in: tx)
    }

    package func explanation(_ explanation: UsageExplanation, in currency: Currency) throws -> JSON {
        try explanation.json(currency)
    }

    package func explanation(_ explanation: MoneyExplanation) throws -> JSON { try explanation.json }

    /// - Parameter customers: the external ids, by our ids.
    package func total(_ total: UsageTotal, customers: [String: String]) -> JSON { total.json(customers) }

    /// - Parameters:
    ///   - limit: how many rows are shown; one more tells whether there is another page.
    ///   - customers: the external ids, by our ids.
    package func margins(_ report: MarginReport, limit: Int, customers: [String: String]) -> JSON {
        report.json(
            shown: report.rows.prefix(limit), customers: customers, hasMore: report.rows.count > limit)
    }

    package func lot(_ lot: StoredLot, of account: ConnectedAccount) -> JSON { worker.json(lot, account) }

    package func price(_ price: ListedPrice) -> JSON { price.json }

    /// - Parameter after: the id of the last entry of the page before.
    package func prices(
        of catalogue: PriceCatalogue, provider: String?, search: String?, after: String?, limit: Int
    ) throws -> [ListedPrice] {
        var query: [String: String] = [:]
        query["provider"] = provider
        query["search"] = search
        let chosen = PriceQuery(query).chosen(of: catalogue)
        return try PriceRoutes.stretch(chosen, after: after, limit: limit)
    }

    package func hold(_ hold: Hold) -> JSON { hold.json(at: worker.context.now) }

    package func hold(_ granted: GrantedHold) -> JSON { granted.json(at: worker.context.now) }

    package func hold(_ captured: CapturedHold) -> JSON { captured.json(at: worker.context.now) }

    package func refusal(_ refusal: AuthorizationRefusal) -> JSON { refusal.json }

    package func quotaCheck(_ check: QuotaCheck) -> JSON { check.json }

    package func alert(_ alert: Alert) -> JSON { alert.json }

    package func topUp(_ topUp: TopUp) -> JSON { topUp.json }

    package func charge(_ charge: Charge) -> JSON { ChargeRoutes(worker: worker).json(charge) }

    package func attempt(_ attempt: ChargeAttempt) -> JSON { attempt.json }

    package func refund(_ refund: Refund) -> JSON { refund.json }

    package func dispute(_ dispute: Dispute) -> JSON { dispute.json }

    package func event(_ event: InboxEvent) -> JSON { event.json }

    package func balance(_ line: BookBalance) -> JSON { line.json }

    package func entry(_ entry: StoredEntry) -> JSON { entry.json }

    package func reconciliation(_ result: ReconciliationResult) throws -> JSON {
        try result.json(worker.context.currencies)
    }

    package func discrepancy(_ discrepancy: Discrepancy) -> JSON { discrepancy.json }
}
