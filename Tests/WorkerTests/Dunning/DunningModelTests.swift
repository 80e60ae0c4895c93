import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// A random month of one charge: cards change, the wire breaks, processes die between steps, webhooks come twice, late
/// or never, the merchant comes and goes. Judged by what is written down of each try, and by what Stripe has.
@Suite struct DunningModelTests {
    /// Cards by what becomes of them, as their names at Stripe say.
    private static let later = ["InsufficientFunds", "ProcessingError", "VelocityLimitExceeded", ""]
        .map { "pm_card_visa_chargeDeclined\($0)" }
    private static let dead =
        ["StolenCard", "LostCard", "ExpiredCard", "IncorrectCvc"]
        .map { "pm_card_visa_chargeDeclined\($0)" } + ["pm_card_authenticationRequired"]
    private static let paying = ["pm_card_visa", "pm_card_mastercard"]

    @Test(arguments: Seeds.upTo(40))
    func `the bounds hold at every step, and in the end it is paid, canceled or given up`(seed: UInt64) async throws {
        var random = Seeded(seed)
        let house = try await TestHouse(seed: seed)
        let retries = (0..<random.number(0..<6)).map { _ in random.number(1...6) }
        let giveUp = max(1, retries.reduce(0, +)) + random.number(0...20)
        let atEnd = DunningTerms.AtEnd.allCases[random.number(0..<3)]
        let terms = DunningTerms(retryDays: retries, giveUpDays: giveUp, atEnd: atEnd)
        let first = (Self.later + Self.dead)[random.number(0..<(Self.later + Self.dead).count)]
        let (account, ada, charge) = try await house.dunned(first, terms)
        var processes = [house.worker, house.restarted()]
        for _ in 0..<random.number(20..<90) {
            try await act(&random, house, &processes, (account, ada, charge))
            try await check(house, account, charge, terms, "seed \(seed)")
        }
        // All is well again; nobody does anything more.
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        for _ in 0..<(giveUp + retries.reduce(0, +) + 70) {
            house.clock.advance(seconds: TestHouse.day)
            try await house.settle()
            try await house.dun()
        }
        try await check(house, account, charge, terms, "seed \(seed)")
        let end = try await house.current(charge)
        #expect(end.status.isFinal || end.dunning.endedAt != nil, "seed \(seed): \(end)")
        #expect(end.dunning.dueAt == nil, "seed \(seed)")
        let intents = try await intents(house)
        #expect(intents.count == 1 && (intents.first?.status == .succeeded) == (end.status == .paid), "seed \(seed)")
        if end.status != .paid, atEnd == .cancel { #expect(end.status == .canceled, "seed \(seed)") }
        try await house.checkBooks("seed \(seed)")
    }

    private func act(
        _ random: inout Seeded, _ house: TestHouse, _ processes: inout [BillingWorker],
        _ of: (account: ConnectedAccount, customer: Customer, charge: Charge)
    ) async throws {
        let worker = processes[random.number(0..<2)]
        switch random.number(0..<12) {
        case 0, 1: house.clock.advance(seconds: random.number(3_600...5 * TestHouse.day))
        case 2, 3, 4: _ = try await worker.dunning.step()
        case 5: _ = try await worker.outbox.step()
        case 6: house.wire.fail(random.happens(oneIn: 2) ? .before : .after)
        case 7: _ = await house.intercept()
        case 8:
            while let delivery = await house.sandbox.nextDelivery() {
                for _ in 0..<random.number(1..<3) { _ = try await house.receive(delivery) }
                await house.sandbox.delivered(delivery.id, status: 200)
            }
            _ = try await worker.inbox.step()
        case 9:
            let cards = Self.later + Self.dead + (random.happens(oneIn: 4) ? Self.paying : [])
            try await house.setCard(cards[random.number(0..<cards.count)], of: of.customer, of.account)
        case 10:
            let standing: ConnectedAccount.Status = random.happens(oneIn: 3) ? .restricted : .connected
            try await house.database.write { tx in try tx.accounts.setStanding(of.account.id, standing, reason: nil) }
        default:
            processes[random.number(0..<2)] = house.restarted()
            do {
                if random.happens(oneIn: 2) {
                    try await house.database.write { tx in
                        guard let charge = try tx.charges.find(of.charge.id),
                            let account = try tx.accounts.find(
                                of.account.id), let customer = try tx.customers.find(of.customer.id)
                        else { return }
                        _ = try worker.charging.retry(charge, customer: customer, account: account, in: tx)
                    }
                } else {
                    _ = try await worker.finishing.begin(of.charge.id, token: of.charge.payToken)
                }
            } catch is WorkerError {}
        }
    }

    /// Asked for beside the wire that a test breaks.
    private func intents(_ house: TestHouse) async throws -> [Stripe.PaymentIntent] {
        let outcome = await house.sandbox.handle(
            SandboxRequest(
                method: "GET", target: "/v1/payment_intents?limit=100",
                headers: ["authorization": "Bearer sk_test_sandbox"], body: []))
        guard case .answer(let answer) = outcome else { return [] }
        return try RawAnswer(status: 200, headers: [:], body: answer.body)
            .decoded(as: StripeList<Stripe.PaymentIntent>.self).data
    }

    private func check(
        _ house: TestHouse, _ account: ConnectedAccount, _ charge: Charge, _ terms: DunningTerms, _ comment: Comment
    ) async throws {
        let attempts = try await house.attempts(of: charge)
        #expect(attempts.map(\.number) == Array(1...attempts.count), comment)
        let intents = try await intents(house)
        #expect(intents.count <= 1, comment)
        for (early, late) in zip(attempts, attempts.dropFirst(15)) {
            #expect(late.at >= early.at.adding(seconds: 30 * TestHouse.day), comment)
        }
        let scheduled = attempts.indices.filter { attempts[$0].origin == .schedule }
        #expect(scheduled.count <= terms.retryDaysInForce.count, comment)
        for index in attempts.indices where [.schedule, .newMethod].contains(attempts[index].origin) {
            let earlier = attempts[..<index]
            let method = attempts[index].method ?? ""
            let wasTried = earlier.contains { $0.method == method }
            #expect(!(wasTried && Self.dead.contains(method)), comment)
            let places = earlier.dropFirst().count { $0.origin == .schedule || $0.origin == .request }
            if attempts[index].origin == .schedule, let before = earlier.last, before.origin != .customer {
                let days = try #require(terms.retryDaysInForce.dropFirst(places).first, comment)
                #expect(attempts[index].at >= before.at.adding(seconds: days * TestHouse.day), comment)
            }
        }
        let standing = try await house.current(charge)
        if standing.status.isFinal { #expect(standing.dunning.dueAt == nil, comment) }
    }
}
