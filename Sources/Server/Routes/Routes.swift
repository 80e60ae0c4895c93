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
            + GrantRoutes(worker: worker).routes + AutoTopUpRoutes(worker: worker).routes
            + OrganizationRoutes(worker: worker).routes + PlanRoutes(worker: worker).routes
            + KeyRoutes(worker: worker).routes + UsageRoutes(worker: worker).routes
            + ExplanationRoutes(worker: worker).routes
            + MarginRoutes(worker: worker).routes + PriceRoutes(worker: worker).routes
            + MeterRoutes(worker: worker).routes + ProductRoutes(worker: worker).routes
            + AuthorizationRoutes(worker: worker).routes
            + TopUpRoutes(worker: worker).routes + ChargeRoutes(worker: worker).routes
            + RefundRoutes(worker: worker).routes + DisputeRoutes(worker: worker).routes
            + ReconciliationRoutes(worker: worker).routes + LedgerRoutes(worker: worker).routes
            + AuditRoutes(worker: worker).routes
            + WebhookEventRoutes(worker: worker).routes + StripeWebhookRoutes(worker: worker, metrics: metrics).routes
            + ProbeRoutes(worker: worker, metrics: metrics, settings: settings).routes
            + ConnectPages(worker: worker, pages: pages).routes + PaymentPages(worker: worker, pages: pages).routes
            + TopUpPages(worker: worker, pages: pages).routes
    }
}

extension BillingWorker {
    /// The account of a call that always has one.
    func account(of call: Call, in tx: Transaction) throws -> ConnectedAccount {
        try accounts.get(call.tenant, in: tx)
    }

    /// The customer that the caller means. A customer's key can only mean its own, which it need not name; another one
    /// looks to it as one that does not exist.
    /// - Parameter name: our id or the merchant's external id.
    func customer(_ name: String?, of call: Call, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        let name = try name ?? Fields.required(call.customerBound?.text, "customer")
        let customer = try customers.get(name, account: account, in: tx)
        guard call.customerBound == nil || call.customerBound == customer.id else { throw Problem.unknown("customer") }
        return customer
    }
}
