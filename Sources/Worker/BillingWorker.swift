/// Everything that Bursar does, room by room; what `Server` and `App` hold.
public final class BillingWorker: Sendable {
    public let context: WorkerContext
    public let auditLog: AuditLog
    public let accounts: Accounts
    public let keys: Keys
    public let onboarding: Onboarding
    public let plans: Plans
    public let customers: Customers
    public let prices: Prices
    public let meters: Meters
    public let meterReadings: MeterReadings
    public let products: Products
    public let organizations: Organizations
    public let exporting: Exporting
    public let metering: Metering
    public let usageImports: UsageImports
    public let explanations: Explanations
    public let usageTotals: UsageTotals
    public let margins: Margins
    public let limitCounters: LimitCounters
    public let charging: Charging
    public let chargeRuns: ChargeRuns
    public let finishing: PaymentFinishing
    public let topUps: TopUps
    public let autoTopUps: AutoTopUps
    public let topUpFinishing: TopUpFinishing
    public let grants: Grants
    public let walletExpiry: WalletExpiry
    public let authorizations: Authorizations
    public let alerts: Alerts
    public let outbox: Outbox
    public let inbox: Inbox
    public let webhookEndpoints: WebhookEndpoints
    public let books: Books
    public let reconciliation: Reconciliation
    public let idempotency: Idempotency
    public let operations: Operations

    public init(_ context: WorkerContext) {
        self.context = context
        auditLog = AuditLog(context: context)
        accounts = Accounts(context: context)
        keys = Keys(context: context)
        onboarding = Onboarding(context: context)
        plans = Plans(context: context)
        customers = Customers(context: context)
        prices = Prices(context: context)
        meters = Meters(context: context)
        meterReadings = MeterReadings(context: context)
        products = Products(context: context)
        organizations = Organizations(context: context)
        exporting = Exporting(context: context)
        metering = Metering(context: context)
        usageImports = UsageImports(context: context)
        explanations = Explanations(context: context)
        usageTotals = UsageTotals(context: context)
        margins = Margins(context: context)
        limitCounters = LimitCounters(context: context)
        charging = Charging(context: context)
        chargeRuns = ChargeRuns(context: context)
        finishing = PaymentFinishing(context: context)
        topUps = TopUps(context: context)
        autoTopUps = AutoTopUps(context: context)
        topUpFinishing = TopUpFinishing(context: context)
        grants = Grants(context: context)
        walletExpiry = WalletExpiry(context: context)
        authorizations = Authorizations(context: context)
        alerts = Alerts(context: context)
        outbox = Outbox(context: context)
        inbox = Inbox(context: context)
        webhookEndpoints = WebhookEndpoints(context: context)
        books = Books(context: context)
        reconciliation = Reconciliation(context: context)
        idempotency = Idempotency(context: context)
        operations = Operations(context: context)
    }
}
