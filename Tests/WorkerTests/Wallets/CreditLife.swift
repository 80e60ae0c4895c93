import Billing
import Ledger
import Storage
import Stripe
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// A customer who is given credit and buys some, uses, is charged, and whose usage is corrected or becomes cheaper, at
/// random, and whose charges are refunded and disputed where that is wanted; beside it, only what was really paid in,
/// given, and given back.
struct CreditLife {
    let shop: MeterHouse
    private let hasMoneyBack: Bool
    private let ada: Customer
    private var generator: Seeded
    private var number: Int64 = 0
    /// Stripe's ids.
    private var disputes: [String] = []
    /// By top-ups, and past Stripe.
    private var paidIn: Int64 = 0
    /// Credit that was given for good.
    private var given: Int64 = 0

    init(seed: UInt64, hasMoneyBack: Bool = false) async throws {
        self.hasMoneyBack = hasMoneyBack
        let house = try await TestHouse(seed: seed)
        generator = Seeded(seed)
        let account = try await house.platformAccount()
        ada = try await house.customer("ada", of: account)
        shop = MeterHouse(house: house, of: account.id)
        try await shop.meter("seats", MeterRule(.latest, of: "seats"))
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.product("team", .everySeat)
        try await shop.product(
            "reader",
            """
            [{"meter": "pages", "mode": "volume", "bands": [
              {"name": "few", "up_to": 50, "unit_rate": "0.10"}, {"name": "many", "unit_rate": "0.03"}]}]
            """)
    }

    mutating func live() async throws {
        shop.house.clock.advance(seconds: generator.number(1...40_000))
        number += 1
        switch generator.number(0..<(hasMoneyBack ? 26 : 16)) {
        case 20...21: try await refundCharge()
        case 22: try await endRefund()
        case 23: try await complain()
        case 24...25: try await moveDispute()
        case 0: try await give(forDays: nil)
        case 1...2: try await give(forDays: generator.number(1...6))
        case 3: try await payOutside()
        case 4: try await topUp()
        case 5...6: _ = try? await charge()
        case 7: try await shop.house.settle()
        case 8: try await cancelCharge()
        case 9...10: try await correctAny()
        case 11: try await use("team", ["seats": generator.number(0...9)])
        case 12: try await use("reader", ["pages": generator.number(1...40)])
        default: try await shop.house.use(generator.number(1...9_000_000), by: "ada", of: account())
        }
        while try await shop.house.worker.walletExpiry.step() {}
    }

    /// At any time.
    func check(_ comment: Comment) async throws {
        let (now, collected, lots) = (shop.house.clock.now, try await collected(), try await lots())
        let bought = lots.filter { $0.lot.kind == .paid && $0.topUp == nil }
        #expect(bought.reduce(0) { $0 + $1.amountMicros } <= collected, comment)
        let back = try await back()
        #expect(back.deducted == back.onAccounts && back.gone == back.accounted, comment)
        let late = lots.filter { $0.lot.isExpired(at: now) && $0.lot.remainingMicros > 0 }
        #expect(late.map(\.lot.id) == [], comment)
        guard !hasMoneyBack else { return }
        #expect(lots.filter { $0.reason?.contains("nothing shows") == true }.map(\.amountMicros) == [], comment)
    }

    /// When all usage has been taken back and all time is over, there is what was paid, and what was given for good.
    mutating func checkEnd(_ comment: Comment) async throws {
        try await shop.house.settle()
        for event in try await shop.events().shuffled(using: &generator) where event.kind == .usage {
            _ = try await shop.correct(event.id)
            try await check(comment)
        }
        shop.house.clock.advance(seconds: 10 * 86_400)
        while try await shop.house.worker.walletExpiry.step() {}
        let (balance, collected, back) = (
            try await shop.house.balance(ada, of: account()), try await collected(), try await back()
        )
        let left = paidIn + collected - back.gone + back.excess + given
        #expect(balance.accrued.micros == 0 && (balance.receivable.micros == 0 || left < 0), comment)
        #expect(balance.wallet.micros - balance.receivable.micros == left, comment)
        #expect(back.deducted == back.excess, comment)
        #expect(balance.paidAhead.micros <= max(0, paidIn + collected - back.gone + back.excess), comment)
        try await shop.house.expectSoundBooks(comment)
    }

    /// What went back of charges.
    struct Back {
        /// At Stripe, less what came again.
        var gone: Int64 = 0
        /// What of it is more than the charge had brought.
        var excess: Int64 = 0
        /// What charges say is deducted, and what stands on the accounts.
        var deducted: Int64 = 0
        var onAccounts: Int64 = 0
        /// What it is by what it has done.
        var accounted: Int64 = 0
    }

    private func back() async throws -> Back {
        let paid = try await charges().filter { $0.status == .paid }
        var back = try await shop.house.database.read { tx in
            var back = Back()
            for charge in paid {
                let refunded = charge.refunded - (try tx.refunds.underWay(of: .charge(charge.id)))
                let gone = try tx.disputes.of(.charge(charge.id)).reduce(refunded) { $0 + $1.withdrawn } * 10_000
                let settling = try #require(try tx.settlings.find(charge.id))
                let credited = try tx.wallets.made(of: charge.id).reduce(0) { $0 + $1.amountMicros }
                let (done, returned) = (settling.deductions, settling.returnedMicros)
                back.gone += gone
                back.excess += max(0, gone - settling.amountMicros)
                back.deducted += done.refunds + done.chargebacks
                back.accounted += done.refunds + done.chargebacks + done.taken + returned - credited
            }
            return back
        }
        for kind in [LedgerAccount.Kind.refunds, .chargebacks] {
            back.onAccounts += try await shop.house.booked(kind, of: account())
        }
        return back
    }

    // MARK: What is read

    private func account() async throws -> ConnectedAccount { try await shop.act { _, account, _ in account } }

    private func lots() async throws -> [StoredLot] {
        try await shop.house.database.read { [ada] tx in try tx.wallets.list(of: ada.id, after: nil, limit: 1_000) }
    }

    private func charges() async throws -> [Charge] {
        try await shop.act { [ada] in try $2.charges.list(account: $1.id, customer: ada.id, after: nil, limit: 1_000) }
    }

    private func collected() async throws -> Int64 {
        try await charges().filter { $0.status == .paid }.reduce(0) { $0 + $1.amount * 10_000 }
    }

    // MARK: What happens

    private mutating func give(forDays days: Int64?) async throws {
        let micros = generator.number(1...15_000_000)
        let expiry = days.map { shop.house.clock.now.adding(seconds: $0 * 40_000) }
        if days == nil { given += micros }
        try await grant(
            NewGrant(
                amountMicros: micros, kind: .promotional,
                priority: generator.happens(oneIn: 3) ? generator.number(0...200) : nil, expiresAt: expiry,
                reason: "welcome"))
    }

    private mutating func payOutside() async throws {
        let micros = generator.number(1...15_000_000)
        paidIn += micros
        try await grant(NewGrant(amountMicros: micros, kind: .paidOutside, reason: "by bank"))
    }

    private func grant(_ new: NewGrant) async throws {
        try await shop.act { [ada] in
            _ = try $0.grants.give(new, to: ada, account: $1, by: .commandLine, in: $2)
        }
    }

    private mutating func topUp() async throws {
        let now = shop.house.clock.now
        let topUp = try await TopUp(
            id: .make(shop.house.worker.context.seams), account: shop.id, customer: ada.id,
            amount: generator.number(50...2_000), currency: account().currency, applicationFee: 0, status: .paid,
            checkoutSession: "cs_\(number)", paymentIntent: "pi_top_up_\(number)", createdAt: now, updatedAt: now)
        let money = try shop.house.worker.context.currencies.money(minor: topUp.amount, topUp.currency)
        paidIn += money.micros
        try await shop.house.database.write { [ada, context = shop.house.worker.context] tx in
            try tx.topUps.insert(topUp)
            let entry = try BookEntries(book: topUp.account.text, at: now).topUpPaid(
                topUp, money, paymentIntent: try #require(topUp.paymentIntent))
            try Wallet(customer: ada, currency: topUp.currency, context: context, tx: tx).fill(
                topUp.lot(money, at: now), entry, cause: topUp.id.text, at: now)
        }
    }

    /// It is paid when the house settles.
    private func charge() async throws -> Charge { try await shop.house.charge(ada, of: account()) }

    private func cancelCharge() async throws {
        guard let open = try await charges().first(where: { $0.status == .pending }) else { return }
        try await shop.act { _ = try $0.charging.cancel(open, account: $1, in: $2) }
    }

    /// By the merchant, here or in Stripe's dashboard. What is refused does not happen.
    private mutating func refundCharge() async throws {
        guard let charge = try await anyPaid() else { return }
        let amount = generator.happens(oneIn: 3) ? charge.amount : generator.number(1...charge.amount)
        if generator.happens(oneIn: 2) {
            _ = try? await shop.house.ask(NewRefund(amount: amount), of: .charge(charge.id), account())
        } else {
            _ = try? await shop.house.refund(charge.paymentIntent ?? "", amount, of: account())
        }
        if generator.happens(oneIn: 2) { try await shop.house.settle() }
    }

    private mutating func endRefund() async throws {
        let refunds = try await shop.house.refundsAtStripe(of: account())
        guard let refund = refunds.randomElement(using: &generator) else { return }
        let outcome = generator.happens(oneIn: 3) ? "succeeded" : "failed"
        try await shop.house.control("/_sandbox/refunds/\(refund.id)/settle", ["outcome": outcome])
        if generator.happens(oneIn: 2) { try await shop.house.settle() }
    }

    private mutating func complain() async throws {
        guard let charge = try await anyPaid() else { return }
        let amount = generator.happens(oneIn: 2) ? charge.amount : generator.number(1...charge.amount)
        disputes.append(
            try await shop.house.dispute(
                charge.paymentIntent, of: account(), amount: amount, isInquiry: generator.happens(oneIn: 3)))
    }

    private mutating func moveDispute() async throws {
        guard let id = disputes.randomElement(using: &generator) else { return }
        let actions = ["withdraw_funds", "reinstate_funds", "win", "lose", "close"]
        try await shop.house.move(id, actions[generator.number(0..<actions.count)])
        if generator.happens(oneIn: 2) { try await shop.house.settle() }
    }

    private mutating func anyPaid() async throws -> Charge? {
        try await charges().filter { $0.status == .paid }.randomElement(using: &generator)
    }

    private mutating func correctAny() async throws {
        let events = try await shop.events().filter { $0.kind == .usage }
        guard !events.isEmpty else { return }
        _ = try await shop.correct(events[generator.number(0..<events.count)].id)
    }

    private func use(_ product: String, _ quantities: [String: Int64]) async throws {
        let price = try await shop.record(.of(product, "\(product)-\(number)", quantities))
        #expect(Int64(price) != nil, "\(price)")
    }
}
