import Billing
import Ledger
import Logging
import Storage
import Stripe
import Testing

@testable import Worker

/// A Bursar on a database in memory whose Stripe does as the test says.
struct OnboardingHouse {
    let clock = TestClock()
    let stripe = ScriptedStripe()
    let worker: BillingWorker

    var database: Database { worker.context.database }
    var onboarding: Onboarding { worker.onboarding }

    init(hasKey: Bool = true, clientID: String? = "ca_test", on shared: Database? = nil, seed: UInt64 = 1) async throws
    {
        let database = try shared ?? Database.open(.memory)
        try await database.migrate(Schema.migrations)
        let random = SeededBytes(seed: seed)
        let client = StripeClient(
            secretKey: SecretKey("sk_test_1"), apiVersion: "2026-10-28.endive",
            transport: { [stripe] request throws(TransportError) in try await stripe.send(request) })
        let access = StripeAccess(
            client: client, clientID: clientID, livemode: false, platformSecrets: [], connectSecrets: [])
        worker = BillingWorker(
            WorkerContext(
                database: database, seams: Seams(now: { [clock] in clock.now }, randomBytes: { random.bytes($0) }),
                pause: { [clock] in clock.advance(milliseconds: $0) }, stripe: hasKey ? access : nil,
                policy: WorkerPolicy(publicURL: "https://bill.example"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    func create(_ new: NewAccount) async throws -> ConnectedAccount {
        try await database.write { [worker] tx in try worker.accounts.create(new, by: .commandLine, in: tx) }
    }

    func merchant(_ name: String = "Ada", stripe mode: String = "connect") async throws -> ConnectedAccount {
        try await create(
            NewAccount(name: name, email: "ada@example.com", country: "us", currency: "usd", stripe: mode))
    }

    /// A merchant whose Stripe account is connected.
    func connected(_ stripeAccount: String = "acct_1") async throws -> ConnectedAccount {
        let account = try await merchant()
        try await database.write { tx in
            #expect(try tx.accounts.setStripeAccount(account.id, to: stripeAccount))
            try tx.accounts.setStanding(account.id, .connected, reason: nil)
        }
        return try await current(account)
    }

    func current(_ account: ConnectedAccount) async throws -> ConnectedAccount {
        try #require(try await database.read { tx in try tx.accounts.find(account.id) })
    }

    /// The `token` in the URL that Stripe was last told to send the merchant back to.
    func lastToken() throws -> String {
        let asked = try #require(stripe.asked.last { $0.operation == "POST /v1/account_links" })
        let url = try #require(asked.value("return_url"))
        return String(url.drop { $0 != "=" }.dropFirst())
    }

    /// The `state` of a new OAuth link.
    func state(of account: ConnectedAccount) async throws -> String {
        let link = try await database.write { [worker] tx in try worker.onboarding.oauthLink(account.id, in: tx) }
        let field = try #require(link.url.split(separator: "&").first { $0.hasPrefix("state=") })
        return String(field.dropFirst("state=".count))
    }
}

extension Onboarding {
    /// Polls until nothing is due, which in a test of a few accounts is soon.
    func pollAll() async throws {
        for _ in 0..<20 {
            if try await !pollStep() { return }
        }
        Issue.record("the poll comes to no end")
    }
}

/// Expects `body` to be refused with a code of Bursar's.
func expectRefusal(
    _ code: String, field: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("\(code) was expected, and nothing was refused", sourceLocation: sourceLocation)
    } catch let error as WorkerError {
        #expect(error.code == code, sourceLocation: sourceLocation)
        if let field { #expect(error.field == field, sourceLocation: sourceLocation) }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
