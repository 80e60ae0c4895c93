import Billing
import HTTPTypes
import Storage
import Worker

/// The table of all routes, in the order in which the description of the API tells them.
struct Routes {
    let worker: BillingWorker
    let pages: Pages
    let metrics: PrometheusMetrics
    let settings: BursarServer.Settings

    var all: [Route] {
        AccountRoutes(worker: worker).routes + CustomerRoutes(worker: worker).routes
            + UsageRoutes(worker: worker).routes
            + TopUpRoutes(worker: worker).routes + ChargeRoutes(worker: worker).routes
            + ReconciliationRoutes(worker: worker).routes + LedgerRoutes(worker: worker).routes
            + WebhookEventRoutes(worker: worker).routes + StripeWebhookRoutes(worker: worker, metrics: metrics).routes
            + ProbeRoutes(worker: worker, metrics: metrics, settings: settings).routes
            + ConnectPages(worker: worker, pages: pages).routes + PaymentPages(worker: worker, pages: pages).routes
    }
}

extension BillingWorker {
    /// The account of a call that always has one.
    func account(of call: Call, in tx: Transaction) throws -> ConnectedAccount {
        try accounts.get(call.tenant, in: tx)
    }
}
