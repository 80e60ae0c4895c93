import Billing
import Foundation
import Ledger
import Storage
import StripeSandbox
import Worker

/// One merchant with as many customers as a tale has payments. What Stripe tells of them lies here until a schedule
/// hands it on.
struct SmallWorld: Sendable {
    let house: RehearsedHouse
    let account: ConnectedAccount
    private var customers = 0
    private var charge: Billing.Charge?
    /// Of the last payment that Stripe has told of.
    private(set) var payment: StripePayment?

    /// `acct_…` of a connected merchant.
    var connected: String? { account.stripeAccount }

    static let start = Instant(secondsSince1970: 1_795_600_000)

    init(seed: UInt64, isConnected: Bool) async throws {
        house = try await RehearsedHouse(seed: seed, start: Self.start)
        account = try await Self.open(in: house, isConnected: isConnected)
    }

    private static func open(in house: RehearsedHouse, isConnected: Bool) async throws -> ConnectedAccount {
        let worker = house.worker
        let new = NewAccount(
            name: "Shop", country: "US", currency: "usd", stripe: isConnected ? "connect" : "platform", cycle: "off")
        let account = try await house.database.write { tx in
            let account = try worker.accounts.create(new, by: .commandLine, in: tx)
            try worker.accounts.settlePlatform(in: tx)
            return account
        }
        if isConnected {
            _ = try await worker.onboarding.link(account.id)
            let made = try await house.database.read { tx in try worker.accounts.get(account.id, in: tx) }
            await house.call("/_sandbox/accounts/\(made.stripeAccount ?? "")/onboard")
            _ = try await worker.onboarding.refreshStatus(account.id)
        }
        let open = try await house.database.read { tx in try worker.accounts.get(account.id, in: tx) }
        guard open.canCharge else { throw Breach("shops open", "\(open.name) is \(open.status.rawValue)") }
        return open
    }

    // MARK: Deeds

    mutating func play(_ deed: SmallTale.Deed) async throws {
        switch deed {
        case .charge(let card, let micros, let isHeard): try await charge(card, micros, isHeard: isHeard)
        case .topUp(let card, let amount): try await topUp(card, amount)
        case .authenticate: try await authenticate()
        case .refund(let percent):
            guard let payment else { return }
            await house.call(
                "/v1/refunds", ["payment_intent": payment.intent, "amount": "\(payment.amount * percent / 100)"],
                as: account.stripeAccount)
        case .dispute(let isWon): try await dispute(isWon: isWon)
        }
    }

    /// Reads what Stripe tells of payments as it goes by; a schedule carries it on.
    mutating func overhear(_ deliveries: [WebhookDelivery]) {
        for delivery in deliveries { payment = StripePayment(delivery.body) ?? payment }
    }

    private mutating func charge(_ card: Card, _ micros: Int64, isHeard: Bool) async throws {
        let name = try await newCustomer(card)
        let opened = try await house.database.write { [worker = house.worker, account, customers] tx in
            let report = UsageReport(eventID: "use-\(customers)", customer: name, costMicros: micros)
            _ = try worker.metering.record([report], account: account, in: tx)
            let customer = try worker.customers.get(name, account: account, in: tx)
            return try worker.charging.open(customer, account: account, in: tx)
        }
        let fault = PlannedFault(fault: .named("timeout-after"), from: 1, count: 1)
        house.trouble.plan(deaths: [], fault: isHeard ? nil : fault)
        guard try await house.worker.outbox.step() else {
            throw Breach("a charge is sent", "\(opened.id) is not")
        }
        charge = opened
        house.trouble.plan(deaths: [], fault: nil)
    }

    private func authenticate() async throws {
        guard let charge else { return }
        _ = try await house.worker.finishing.begin(charge.id, token: charge.payToken)
        let known = try await house.database.read { [worker = house.worker, account] tx in
            try worker.charging.get(charge.id, account: account, in: tx)
        }
        await house.call("/_sandbox/payment_intents/\(known.paymentIntent ?? "")/authenticate")
    }

    private mutating func topUp(_ card: Card, _ amount: Int64) async throws {
        let name = try await newCustomer(nil)
        let new = NewTopUp(customer: name, amount: amount, successURL: "https://shop.rehearsal/thanks", cancelURL: nil)
        let topUp = try await house.worker.topUps.open(new, account: account)
        await house.call(
            "/_sandbox/checkout_sessions/\(topUp.checkoutSession ?? "")/pay",
            ["payment_method": card.rawValue, "email": "customer@shop.rehearsal"])
    }

    private func dispute(isWon: Bool) async throws {
        guard let charge = payment?.charge else { return }
        let answer = await house.call("/_sandbox/charges/\(charge)/dispute")
        guard let answer, let dispute = try? JSONDecoder().decode(StripeObject.self, from: Data(answer.body)).id
        else { return }
        await house.call("/_sandbox/disputes/\(dispute)", ["action": isWon ? "win" : "lose"])
    }

    private mutating func newCustomer(_ card: Card?) async throws -> String {
        customers += 1
        let name = "customer-\(customers)"
        var (stripeCustomer, method): (String?, String?)
        if let card {
            stripeCustomer = try id(in: await house.call("/v1/customers", ["name": name], as: account.stripeAccount))
            method = try id(
                in: await house.call(
                    "/v1/payment_methods/\(card.rawValue)/attach", ["customer": stripeCustomer ?? ""],
                    as: account.stripeAccount))
        }
        let new = NewCustomer(
            externalID: name, details: CustomerDetails(stripeCustomer: stripeCustomer, paymentMethod: method))
        try await house.database.write { [worker = house.worker, account] tx in
            _ = try worker.customers.create(new, account: account, by: .commandLine, in: tx)
        }
        return name
    }

    private func id(in answer: SandboxAnswer?) throws -> String {
        guard let answer, answer.status == 200 else {
            throw Breach("Stripe takes what is right", answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "")
        }
        return try JSONDecoder().decode(StripeObject.self, from: Data(answer.body)).id
    }

    // MARK: Work

    /// One unit of each kind of work after the other, until there is none.
    func work() async throws {
        let worker = house.worker
        for _ in 0..<Self.roundLimit {
            var isBusy = try await worker.inbox.step()
            isBusy = try await worker.outbox.step() || isBusy
            guard isBusy else { return }
        }
        throw Breach("comes to rest", "still busy after \(Self.roundLimit) rounds")
    }

    /// A whole reconciliation, and what came of it.
    func sweep() async throws {
        let worker = house.worker
        let run = try await house.database.write { tx in try worker.reconciliation.start(scope: .full, in: tx) }
        while try await worker.reconciliation.step(run.id) {}
        try await work()
    }

    private static let roundLimit = 1_000

    func receive(_ letter: Postman.Letter) async throws {
        let endpoint: Inbox.Endpoint = letter.delivery.url.hasSuffix("/connect") ? .connect : .platform
        try await receive(letter.delivery.body, at: endpoint)
    }

    /// Signed by Stripe, now.
    func receive(_ body: [UInt8], at endpoint: Inbox.Endpoint) async throws {
        let now = house.clock.truth
        _ = try await house.worker.inbox.receive(
            endpoint, signature: Postman.signature(of: body, isConnect: endpoint == .connect, at: now), body: body)
    }

    // MARK: What must hold

    /// The journal, once everything that must hold of the tables does.
    /// - Parameter isPoisoned: whether an event may be put aside.
    func journal(isPoisoned: Bool = false) async throws -> JournalShape {
        let worker = house.worker
        let found = try await house.database.read { tx in
            try worker.reconciliation.latest(in: tx).map { result in
                try worker.reconciliation.discrepancies(of: result.record.id, limit: 1, in: tx)
            }
        }
        if let found = found?.first {
            throw Breach("unexplained micros: 0", "\(found.kind.rawValue) of \(found.object): \(found.detail)")
        }
        if let finding = try await worker.books.check().findings.first {
            throw Breach("books sound", "\(finding.rule.rawValue) at \(finding.row): \(finding.detail)")
        }
        let now = house.clock.truth
        return try await house.database.read { tx in
            let waiting = try worker.operations.figures(in: tx)
            guard waiting.inboxDepth + waiting.outboxDepth == 0 else {
                throw Breach("nothing is stuck", "\(waiting.inboxDepth) webhooks wait")
            }
            if !isPoisoned { try Rest(startedBefore: now, in: tx).judge(at: now) }
            return try JournalShape(in: tx)
        }
    }
}

private struct StripeObject: Decodable { let id: String }
