import Billing
import Ledger
import Storage
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// Years of a merchant's trade in a moment, posted as the worker posts it, with a model beside it that only adds and
/// subtracts: what each customer owes and has must come out the same.
struct RandomHistory {
    let house: TestHouse
    let account: ConnectedAccount
    private(set) var accrued: [Customer.ID: Int64] = [:]
    private(set) var wallet: [Customer.ID: Int64] = [:]
    private(set) var pending: [Customer.ID: Int64] = [:]
    private var customers: [Customer] = []
    private var charges: [Charge] = []
    private var generator: Seeded
    private var payments = 0

    /// - Parameter currency: one that Stripe has two decimals for.
    init(seed: UInt64, house: TestHouse, currency: String = "usd", customers count: Int = 4) async throws {
        self.house = house
        generator = Seeded(seed)
        account = try await house.addAccount(
            currency, mode: .connect, stripeAccount: "acct_\(seed)_\(currency)", markup: 200_000)
        for number in 0..<count {
            let customer = Customer(
                id: .make(house.worker.context.seams), account: account.id, externalID: "customer-\(number)",
                stripeCustomer: "cus_\(number)", paymentMethod: "pm_\(number)", createdAt: house.clock.now)
            try await house.database.write { tx in _ = try tx.customers.insert(customer) }
            customers.append(customer)
        }
    }

    mutating func live(steps: Int) async throws {
        for _ in 0..<steps {
            house.clock.advance(seconds: generator.number(0...90_000))
            let customer = customers[generator.number(0..<customers.count)]
            switch generator.number(0..<10) {
            case 0...4: try await use(customer)
            case 5: try await topUp(customer)
            case 6...7: try await open(customer)
            default: try await end()
            }
        }
    }

    private mutating func use(_ customer: Customer) async throws {
        let cost = generator.number(0...30_000_000)
        guard case .accepted(let event) = try await house.use(cost, by: customer.externalID, of: account) else {
            throw WorkerError.notFound("usage")
        }
        let paid = min(wallet[customer.id, default: 0], event.priceMicros)
        wallet[customer.id, default: 0] -= paid
        accrued[customer.id, default: 0] += event.priceMicros - paid
    }

    private mutating func topUp(_ customer: Customer) async throws {
        payments += 1
        let now = house.clock.now
        let topUp = TopUp(
            id: .make(house.worker.context.seams), account: account.id, customer: customer.id,
            amount: generator.number(50...5_000), currency: account.currency, applicationFee: 0, status: .paid,
            checkoutSession: "cs_\(account.id)_\(payments)", paymentIntent: "pi_t_\(account.id)_\(payments)",
            createdAt: now, updatedAt: now)
        let money = try house.worker.context.currencies.money(minor: topUp.amount, topUp.currency)
        let currency = account.currency
        try await house.database.write { [context = house.worker.context] tx in
            try tx.topUps.insert(topUp)
            let entries = BookEntries(book: topUp.account.text, at: now)
            try Wallet(customer: customer, currency: currency, context: context, tx: tx).fill(
                topUp.lot(money, at: now),
                try entries.topUpPaid(topUp, money, paymentIntent: try #require(topUp.paymentIntent)),
                cause: topUp.id.text, at: now)
        }
        let settled = min(accrued[customer.id, default: 0], wallet[customer.id, default: 0] + money.micros)
        wallet[customer.id, default: 0] += money.micros - settled
        accrued[customer.id, default: 0] -= settled
    }

    private mutating func open(_ customer: Customer) async throws {
        guard pending[customer.id, default: 0] == 0, let charge = try? await house.charge(customer, of: account) else {
            return
        }
        let money = try house.worker.context.currencies.money(minor: charge.amount, charge.currency)
        // What a canceled charge gave back is paid by the wallet first, when that was filled meanwhile.
        let settled = min(accrued[customer.id, default: 0], wallet[customer.id, default: 0])
        wallet[customer.id, default: 0] -= settled
        accrued[customer.id, default: 0] -= settled + money.micros
        pending[customer.id, default: 0] += money.micros
        charges.append(charge)
    }

    /// One of the open charges is paid, or given up.
    private mutating func end() async throws {
        guard !charges.isEmpty else { return }
        payments += 1
        var charge = charges.remove(at: generator.number(0..<charges.count))
        charge.paymentIntent = "pi_c_\(account.id)_\(payments)"
        let isPaid = !generator.happens(oneIn: 3)
        charge.status = isPaid ? .paid : .canceled
        charge.updatedAt = house.clock.now
        let ended = charge
        let money = try house.worker.context.currencies.money(minor: charge.amount, charge.currency)
        try await house.database.write { tx in
            let entries = BookEntries(book: ended.account.text, at: ended.updatedAt)
            try tx.journal.post(
                isPaid
                    ? try entries.chargePaid(ended, money, paymentIntent: try #require(ended.paymentIntent))
                    : try entries.released(ended, money))
            try tx.charges.update(ended)
        }
        pending[charge.customer, default: 0] -= money.micros
        if !isPaid { accrued[charge.customer, default: 0] += money.micros }
    }
}
