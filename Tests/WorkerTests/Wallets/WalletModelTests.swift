import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct WalletModelTests {
    @Test(arguments: Seeds.upTo(40))
    func `after any history each lot holds what a naive wallet holds, and nothing is made or lost`(seed: UInt64)
        async throws
    {
        let house = try await TestHouse(seed: seed)
        var life = try await WalletLife(seed: seed, house: house)
        for step in 0..<60 {
            try await life.live()
            try await life.compare("seed \(seed), step \(step)")
        }
        try await house.expectSoundBooks("seed \(seed)")
    }
}

/// A customer whose wallet is filled, used, forgotten and corrected at random, through the worker and in the model.
private struct WalletLife {
    let house: TestHouse
    let account: ConnectedAccount
    let customer: Customer
    private var model = NaiveWallet()
    /// Places in the model, and the entries.
    private var uses: [(use: Int, entry: Int64)] = []
    private var generator: Seeded
    private var number: Int64 = 0

    init(seed: UInt64, house: TestHouse) async throws {
        self.house = house
        generator = Seeded(seed)
        account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        customer = try await house.database.write { [worker = house.worker, account] tx in
            try worker.customers.create(NewCustomer(externalID: "ada"), account: account, by: .worker, in: tx)
        }
    }

    mutating func live() async throws {
        house.clock.advance(seconds: generator.number(1...40_000))
        number += 1
        switch generator.number(0..<10) {
        case 0...1: try await grant()
        case 2: try await topUp()
        case 3: while try await house.worker.walletExpiry.step() { model.expire(at: house.clock.now) }
        case 4...5: try await giveBack()
        default: try await useSeveral()
        }
    }

    func compare(_ comment: Comment) async throws {
        let (stored, accrued, balance, next) = try await house.database.read {
            [customer, account, context = house.worker.context] tx in
            let wallet = Wallet(customer: customer, currency: account.currency, context: context, tx: tx)
            return (
                try tx.wallets.list(of: customer.id, after: nil, limit: 1_000), try wallet.accrued().micros,
                try wallet.balance().micros, try tx.wallets.filling(of: customer.id)?.nextExpiry
            )
        }
        let remaining = Dictionary(uniqueKeysWithValues: stored.map { ($0.lot.id, $0.lot.remainingMicros) })
        #expect(remaining == Dictionary(uniqueKeysWithValues: model.lots.map { ($0.id, $0.remaining) }), comment)
        #expect(accrued == model.accrued && balance == model.remaining, comment)
        #expect(model.cameIn == model.remaining + model.spent, comment)
        #expect(next == stored.filter { $0.lot.remainingMicros > 0 }.compactMap(\.lot.expiresAt).min(), comment)
        #expect(try await house.booked(.promotions, of: account) == model.promotions, comment)
        #expect(try await house.booked(.breakage, of: account) == -model.breakage, comment)
    }

    private mutating func grant() async throws {
        let new = NewGrant(
            amountMicros: generator.number(1...20_000_000),
            kind: generator.happens(oneIn: 3) ? .paidOutside : .promotional,
            priority: generator.happens(oneIn: 2) ? nil : generator.number(0...3) * 50,
            expiresAt: generator.happens(oneIn: 3)
                ? nil : house.clock.now.adding(seconds: generator.number(1...4) * 50_000), reason: "because")
        let given = try await house.database.write { [worker = house.worker, customer, account] tx in
            try worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx)
        }
        model.expire(at: house.clock.now)
        model.add(given.lot.id, new.kind, given.lot.priority, new.expiresAt, new.amountMicros)
        model.settle()
        try await expectFilled()
    }

    private mutating func topUp() async throws {
        let now = house.clock.now
        let topUp = TopUp(
            id: .make(house.worker.context.seams), account: account.id, customer: customer.id,
            amount: generator.number(50...2_000), currency: account.currency, applicationFee: 0, status: .paid,
            checkoutSession: "cs_\(number)", paymentIntent: "pi_\(number)", createdAt: now, updatedAt: now)
        let money = try house.worker.context.currencies.money(minor: topUp.amount, topUp.currency)
        try await house.database.write { [customer, context = house.worker.context] tx in
            try tx.topUps.insert(topUp)
            let entry = try BookEntries(book: topUp.account.text, at: now).topUpPaid(
                topUp, money, paymentIntent: try #require(topUp.paymentIntent))
            let wallet = Wallet(customer: customer, currency: topUp.currency, context: context, tx: tx)
            let lot = topUp.lot(money, at: now)
            #expect(try wallet.fill(lot, entry, cause: topUp.id.text, at: now))
            #expect(try !wallet.fill(lot, entry, cause: topUp.id.text, at: now), "the same fact again")
        }
        model.expire(at: now)
        model.add(topUp.lot(money, at: now).lot.id, .paid, 100, nil, money.micros)
        model.settle()
        try await expectFilled()
    }

    private func expectFilled() async throws {
        let filling = try await house.database.read { [customer] tx in try tx.wallets.filling(of: customer.id) }
        #expect(filling?.micros == model.remaining && filling?.at == house.clock.now)
    }

    /// As a batch of usage: several prices in memory, one entry, one write.
    private mutating func useSeveral() async throws {
        let prices = (0..<generator.number(1..<5)).map { _ in generator.number(0...9_000_000) }
        model.expire(at: house.clock.now)
        let use = model.use(prices)
        let entry = try await inOneEntry(.debit) { wallet, currency in
            let nothing = Money.zero(currency)
            var sum = OpenWallet.Split(wallet: nothing, accrued: nothing, refunds: nothing, chargebacks: nothing)
            for price in prices {
                let split = try wallet.pay(Money(micros: price, currency))
                sum.wallet = try sum.wallet.adding(split.wallet)
                sum.accrued = try sum.accrued.adding(split.accrued)
            }
            return sum
        }
        if let entry { uses.append((use, entry)) }
    }

    private mutating func giveBack() async throws {
        guard !uses.isEmpty else { return }
        let (use, entry) = uses.remove(at: generator.number(0..<uses.count))
        let price = generator.number(0...model.payments[use].price)
        let new = WalletLot.ID.make(house.worker.context.seams)
        model.expire(at: house.clock.now)
        let left = model.giveBack(price, of: use)
        if left > 0 { model.add(new, .promotional, 50, nil, left, isGrant: false) }
        _ = try await inOneEntry(.credit) { wallet, currency in
            try wallet.giveBack(Money(micros: price, currency), of: GivenBack(entry: entry)) { new }
        }
    }

    private enum Side { case debit, credit }

    /// - Returns: the number of the entry; `nil` when there was nothing to post.
    private func inOneEntry(
        _ side: Side, _ move: @escaping @Sendable (inout OpenWallet, Currency) throws -> OpenWallet.Split
    ) async throws -> Int64? {
        let (now, name) = (house.clock.now, "test:\(number)")
        return try await house.database.write { [customer, account, context = house.worker.context] tx in
            let currency = account.currency
            var wallet = try Wallet(customer: customer, currency: currency, context: context, tx: tx).open(at: now)
            let split = try move(&wallet, currency)
            let price = try split.wallet.adding(split.accrued)
            guard !price.isZero else { return nil }
            func amount(_ money: Money) throws -> Money { side == .debit ? money : try money.negated() }
            let kept = [(LedgerAccount.Kind.wallet, split.wallet), (.accrued, split.accrued)].filter { !$0.1.isZero }
            let postings = try kept.map { kind, money in
                Posting(LedgerAccount(book: account.book, kind, customer: customer.id.text), try amount(money))
            }
            let revenue = Posting(LedgerAccount(book: account.book, .revenue), try amount(price).negated())
            let sequence = try tx.journal.post(
                try JournalEntry(
                    Reference(name), book: account.book, at: now, narration: "A test", postings + [revenue]))
            try wallet.write(under: try #require(sequence))
            return sequence
        }
    }
}
