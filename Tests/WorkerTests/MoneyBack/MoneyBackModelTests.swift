import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Customer
import struct Billing.Refund

@testable import Worker

@Suite struct MoneyBackModelTests {
    @Test(arguments: Seeds.upTo(24))
    func `after any history, in any order, lots, frozen, owed and balances are what a naive model has`(seed: UInt64)
        async throws
    {
        var life = try await MoneyBackLife(seed: seed)
        for step in 0..<40 {
            try await life.live()
            try await life.compare("seed \(seed), step \(step)")
        }
        try await life.end("seed \(seed)")
    }

    @Test(arguments: Seeds.upTo(8))
    func `what stands on each account does not depend on the order in which Stripe is heard`(seed: UInt64)
        async throws
    {
        var seen: [String: Int64]?
        for order in 0..<3 as Range<UInt64> {
            var story = try await MoneyBackStory(seed: seed)
            for _ in 0..<3 { try await story.topUp() }
            // Two top-ups are heard of before anything is spent; the third is heard of whenever.
            for delivery in story.mail { _ = try await story.house.post(delivery.body) }
            try await story.house.drain()
            story.mail = []
            try await story.house.use(story.generator.number(1...40_000_000), by: "ada", of: story.account)
            try await story.topUp()
            for _ in 0..<14 { try await story.actAtStripe() }
            try await story.decideDisputes()
            var chance = Seeded(seed * 31 + order)
            let copies = story.mail.filter { _ in chance.happens(oneIn: 3) }
            for delivery in (story.mail + copies).shuffled(using: &chance) where !chance.happens(oneIn: 4) {
                _ = try await story.house.post(delivery.body)
                if chance.happens(oneIn: 2) { try await story.house.drain() }
            }
            try await story.house.drain()
            try await story.house.expectReconciled(story.account, "seed \(seed), order \(order)")
            let balances = try await story.balances()
            if let seen { #expect(balances == seen, "seed \(seed), order \(order)") }
            seen = balances
        }
    }
}

/// A customer whose payments go to and fro at random, through the worker and in the model.
private struct MoneyBackLife {
    private var story: MoneyBackStory
    private var model = NaiveMoneyBack()
    private var used: Int64 = 0
    private var given: Int64 = 0

    private var house: TestHouse { story.house }

    init(seed: UInt64) async throws { story = try await MoneyBackStory(seed: seed) }

    mutating func live() async throws {
        switch story.generator.number(0..<12) {
        case 0: try await story.topUp()
        case 1...2:
            let micros = story.generator.number(1...9_000_000)
            try await house.use(micros, by: "ada", of: story.account)
            used += micros
            model.use(micros)
        case 3:
            let micros = story.generator.number(1...4_000_000)
            let lot = try await grant(micros)
            given += micros
            model.fill(lot, priority: 50, micros, at: now)
        case 4...6: try await story.actAtStripe()
        case 7: try await refundHere()
        default: try await deliver()
        }
    }

    /// What is lost on the way is found by a run, and then nothing is left to explain.
    mutating func end(_ comment: Comment) async throws {
        try await house.expectReconciled(story.account, comment)
        let balance = try await house.balance(story.customer, of: story.account)
        let client = try #require(house.worker.context.stripe).client
        let lines = try await client.send(BalanceTransaction.list(limit: 100, in: .platform)).data
        let moved = lines.filter { $0.type != "stripe_fee" }.reduce(0) { $0 + $1.amount } * 10_000
        #expect(
            balance.wallet.micros - balance.accrued.micros - balance.receivable.micros == moved + given - used,
            comment)
        let spendable = balance.wallet.micros - balance.frozen.micros
        #expect(spendable == 0 || (balance.accrued.isZero && balance.receivable.isZero), comment)
    }

    func compare(_ comment: Comment) async throws {
        let lots = try await house.database.read { [customer = story.customer] tx in
            try tx.wallets.list(of: customer.id, after: nil, limit: 1_000)
        }
        let balance = try await house.balance(story.customer, of: story.account)
        let known = lots.map { [$0.lot.remainingMicros, $0.lot.claimedMicros] }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
        let expected = model.lots.map { [$0.remaining, $0.claimed] }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(known == expected, comment)
        #expect(balance.wallet.micros == model.wallet && balance.frozen.micros == model.frozen, comment)
        #expect(balance.accrued.micros == model.accrued && balance.receivable.micros == model.receivable, comment)
    }

    private var now: Int64 { house.clock.now.millisecondsSince1970 }

    /// The names of lots that money has become which came again, as the worker has given them: names alone are chance.
    private func made() async throws -> (Int64) -> (name: String, at: Int64) {
        let lots = try await house.database.read { [customer = story.customer] tx in
            try tx.wallets.list(of: customer.id, after: nil, limit: 1_000)
        }
        let new = lots.filter { !model.has(lot: $0.lot.id.text) && $0.topUp == nil && $0.lot.kind == .paid }
        let now = now
        return { micros in
            (new.last { $0.amountMicros == micros }?.lot.id.text ?? "a lot that the worker has not made", now)
        }
    }

    private func grant(_ micros: Int64) async throws -> String {
        let new = NewGrant(amountMicros: micros, kind: .promotional, reason: "because")
        return try await house.database.write { [worker = house.worker, story] tx in
            try worker.grants.give(new, to: story.customer, account: story.account, by: .worker, in: tx).lot.id.text
        }
    }

    /// Asked for by the merchant: frozen until Stripe has answered.
    private mutating func refundHere() async throws {
        guard let topUp = story.topUps.randomElement(using: &story.generator), model.has(lot: topUp.lotID.text) else {
            return
        }
        let amount = story.generator.number(1...topUp.amount)
        guard
            let refund = try? await house.ask(NewRefund(amount: amount), of: .topUp(topUp.id), story.account)
        else { return }
        model.claim(amount * 10_000, of: topUp.lotID.text, by: refund.id.text)
        try await compare("asked for")
        if story.generator.happens(oneIn: 3) { house.wire.fail(.after) }
        while try await house.worker.outbox.step() {}
        if try await house.current(refund).status == .pending, try await house.current(refund).stripeRefund == nil {
            house.clock.advance(seconds: 700)
            while try await house.worker.outbox.step() {}
        }
        let answered = try await house.current(refund)
        model.claim(0, of: topUp.lotID.text, by: refund.id.text)
        // A repeat under the same key is answered as the first one was, whatever has become of the refund since.
        if let id = answered.stripeRefund {
            model.take(amount * 10_000, of: topUp.lotID.text, as: "\(id) out", by: id, left: 0)
            if answered.status.isVoid {
                let made = try await made()
                model.restore(amount * 10_000, to: topUp.lotID.text, as: "\(id) back", by: id, left: 0, new: made)
            }
        }
        await story.collect()
    }

    // MARK: Hearing of it

    /// Carries a few webhooks to the worker, in any order, some twice and some never.
    private mutating func deliver() async throws {
        for _ in 0..<story.generator.number(1..<5) where !story.mail.isEmpty {
            let place = story.generator.number(0..<story.mail.count)
            let delivery = story.mail[place]
            if !story.generator.happens(oneIn: 5) { story.mail.remove(at: place) }
            if story.generator.happens(oneIn: 6) { continue }
            let subject = try EventSubject(delivery)
            let isNew = try await house.stored(try eventID(delivery)) == nil
            house.clock.advance(seconds: 1)
            _ = try await house.post(delivery.body)
            try await house.drain()
            let event = try await house.stored(try eventID(delivery))
            #expect(event?.state == .settled, "\(subject.type): \(event?.reason ?? "")")
            if isNew { try await learn(subject) }
        }
    }

    private func eventID(_ delivery: WebhookDelivery) throws -> String { try EventEnvelope(json: delivery.body).id }

    private mutating func learn(_ subject: EventSubject) async throws {
        let object = subject.data.object
        switch subject.type {
        case "payment_intent.succeeded": learn(payment: object.id)
        case "checkout.session.completed": learn(payment: object.payment_intent)
        case "charge.refunded":
            learn(payment: object.payment_intent)
            let all = try await house.refundsAtStripe(of: story.account)
            for refund in all.reversed() where refund.paymentIntent?.id == object.payment_intent {
                try await learn(refund: refund.id)
            }
        case "refund.created", "refund.updated", "refund.failed": try await learn(refund: object.id)
        case let type where type.hasPrefix("charge.dispute."): try await learn(dispute: object.id)
        default: return
        }
    }

    private mutating func learn(payment intent: String?) {
        guard let topUp = story.topUps.first(where: { $0.paymentIntent == intent }) else { return }
        model.fill(topUp.lotID.text, priority: 100, topUp.amount * 10_000, at: now)
    }

    private mutating func learn(refund id: String) async throws {
        let client = try #require(house.worker.context.stripe).client
        let told = try await client.send(Stripe.Refund.retrieve(id, in: .platform))
        learn(payment: told.paymentIntent?.id)
        guard let lot = story.topUps.first(where: { $0.paymentIntent == told.paymentIntent?.id })?.lotID.text else {
            return
        }
        model.take(told.amount * 10_000, of: lot, as: "\(id) out", by: id, left: 0)
        guard Refund.Status(told).isVoid else { return }
        model.restore(told.amount * 10_000, to: lot, as: "\(id) back", by: id, left: 0, new: try await made())
    }

    private mutating func learn(dispute id: String) async throws {
        let client = try #require(house.worker.context.stripe).client
        let told = try await client.send(Stripe.Dispute.retrieve(id, in: .platform))
        learn(payment: told.paymentIntent?.id)
        guard let lot = story.topUps.first(where: { $0.paymentIntent == told.paymentIntent?.id })?.lotID.text else {
            return
        }
        let dispute = try await house.dispute(id)
        let lines = told.balanceTransactions ?? []
        let out = -lines.reduce(0) { $0 + $1.amount }
        let left = dispute.status.isOpen ? max(0, told.amount - out) * 10_000 : 0
        for line in lines {
            if line.amount < 0 {
                model.take(-line.amount * 10_000, of: lot, as: line.id, by: id, left: left)
            } else {
                model.restore(
                    line.amount * 10_000, to: lot, as: line.id, by: id, left: left, new: try await made())
            }
        }
        model.claim(left, of: lot, by: id)
    }
}
