/// Everything that this Stripe knows. A plain value: no socket, no clock and no chance of its own, so that a copy of it
/// is a snapshot, and the same requests at the same times from the same seed leave the same world.
///
/// The files of `Objects` extend it by what Stripe's resources do.
struct World: Sendable {
    var settings: SandboxSettings
    /// Milliseconds since 1970.
    var now: Int64
    var random: SeededRandomness

    /// The id of the platform's own account.
    let platform: String
    var accounts = Shelf<Account>()
    private var books: [String: Books] = [:]

    var accountLinks: [String: AccountLink] = [:]
    var authorizationCodes: [String: AuthorizationCode] = [:]
    var schedule = Schedule()
    var idempotencyKeys = IdempotencyKeys()
    var faults = FaultBook()
    var deliveries = DeliveryQueue()
    var requests = RequestLog()
    /// Thousandths of the usual exchange rate, of the currencies whose rate has moved.
    var rates: [String: Int64] = [:]
    /// The API request that is being worked on, which events name as their cause.
    var cause = Cause()

    init(settings: SandboxSettings, now: Int64) {
        self.settings = settings
        self.now = now
        random = SeededRandomness(seed: settings.seed)
        platform = "acct_" + random.letters(16)
        openPlatform()
    }

    /// What one account has; nobody else sees it.
    subscript(account: String) -> Books {
        get { books[account] ?? Books() }
        _modify { yield &books[account, default: Books()] }
    }

    /// Seconds since 1970, as Stripe's objects count.
    var seconds: Int64 { now / 1_000 }

    mutating func makeID(_ prefix: String, _ length: Int = 24) -> String { prefix + random.letters(length) }

    /// Whose object that is, for calls that come with no account: pages and control.
    func owner(where has: (Books) -> Bool) -> String? {
        accounts.oldestFirst().first { has(self[$0.id]) }?.id
    }
}

/// The objects of one account.
struct Books: Sendable {
    var customers = Shelf<Customer>()
    var paymentMethods = Shelf<PaymentMethod>()
    var intents = Shelf<PaymentIntent>()
    var charges = Shelf<Charge>()
    var refunds = Shelf<Refund>()
    var disputes = Shelf<Dispute>()
    var sessions = Shelf<CheckoutSession>()
    var transactions = Shelf<BalanceTransaction>()
    var fees = Shelf<ApplicationFee>()
    var payouts = Shelf<Payout>()
    var events = Shelf<Event>()
    var endpoints = Shelf<WebhookEndpoint>()
}

/// The request that makes something happen; empty for what happens by itself.
struct Cause: Sendable {
    var requestID: String?
    var idempotencyKey: String?
}
