public import Billing
public import Ledger
public import Logging
public import Storage
public import Stripe

/// What every room of the worker works with: the seams to the world, and the rules that an operator has set.
public final class WorkerContext: Sendable {
    public let database: Database
    public let seams: Seams
    /// Waits for so many milliseconds, on the same clock that `seams` reads.
    public let pause: @Sendable (Int64) async -> Void
    /// `nil` when no Stripe key is configured.
    public let stripe: StripeAccess?
    public let currencies: CurrencyRules
    public let policy: WorkerPolicy
    public let logger: Logger
    let catalogues = CatalogueShelf()
    let metering = MeteringShelf()
    let series = SeriesShelf()

    public init(
        database: Database, seams: Seams, pause: @escaping @Sendable (Int64) async -> Void, stripe: StripeAccess?,
        currencies: CurrencyRules = .standard, policy: WorkerPolicy, logger: Logger
    ) {
        self.database = database
        self.seams = seams
        self.pause = pause
        self.stripe = stripe
        self.currencies = currencies
        self.policy = policy
        self.logger = logger
    }

    public var now: Instant { seams.now() }

    func requireStripe() throws(WorkerError) -> StripeAccess {
        guard let stripe else {
            throw .stripeNotConfigured
        }
        return stripe
    }

    /// An unguessable text: 256 random bits in the alphabet of base64url.
    func token() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let bytes = seams.randomBytes(43)
        return String(decoding: bytes.map { alphabet[Int($0 & 63)] }, as: UTF8.self)
    }
}

/// Stripe as the platform reaches it.
public struct StripeAccess: Sendable {
    public let client: StripeClient
    /// `ca_…`, for OAuth.
    public let clientID: String?
    public let livemode: Bool
    public let platformSecrets: [WebhookSecret]
    public let connectSecrets: [WebhookSecret]

    public init(
        client: StripeClient, clientID: String?, livemode: Bool, platformSecrets: [WebhookSecret],
        connectSecrets: [WebhookSecret]
    ) {
        self.client = client
        self.clientID = clientID
        self.livemode = livemode
        self.platformSecrets = platformSecrets
        self.connectSecrets = connectSecrets
    }
}

/// What an operator may set of the worker's habits.
public struct WorkerPolicy: Sendable {
    /// Where merchants and customers reach this Bursar, without a slash at the end.
    public var publicURL: String
    /// How long a claimed event or command is hidden from other workers; longer than any request to Stripe may take.
    public var leaseSeconds: Int64 = 120
    /// From its first sending on, a command's idempotency key is trusted for so long; Stripe keeps keys for 24 hours.
    /// The half of it leaves our clock twelve hours to be wrong.
    public var keyTrustSeconds: Int64 = 12 * 3600
    /// Every list of Stripe's is read again from so long before the end of the last reading; lists lag.
    public var sweepOverlapSeconds: Int64 = 600
    /// How often events that did not arrive are looked for, and the fees of recent payments.
    public var eventSweepSeconds: Int64 = 300
    /// How often Stripe is asked for each charge and top-up that is not at its end.
    public var openObjectSweepSeconds: Int64 = 3600
    /// The hour of the day, in UTC, from which the full reconciliation of the day runs.
    public var reconciliationHour: Int64 = 3
    /// A payment that is younger may lack its line in the Stripe balance.
    public var paymentGraceSeconds: Int64 = 600

    /// Settled events are kept for so long; longer than Stripe resends one (30 days), so that a repeat is known.
    public var eventMemorySeconds: Int64 = 90 * 24 * 3600

    /// Whether an operator has said that people reach this Bursar at `publicURL`.
    public var hasPublicURL: Bool

    public init(publicURL: String, hasPublicURL: Bool = true) {
        self.publicURL = publicURL
        self.hasPublicURL = hasPublicURL
    }
}

extension WorkerError {
    static let stripeNotConfigured = WorkerError.conflict(
        "stripe_not_configured", "set BURSAR_STRIPE_SECRET_KEY, then start Bursar again")
}
