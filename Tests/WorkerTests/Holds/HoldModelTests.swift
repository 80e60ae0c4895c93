import Billing
import Ledger
import Storage
import Testing

@testable import Worker

struct HoldModelTests {
    @Test(arguments: Seeds.upTo(12))
    func `after any history what is held, used and left is what a list of it all adds up to`(seed: UInt64) async throws
    {
        var life = try await HoldLife(seed: seed)
        for step in 0..<70 {
            try await life.live()
            try await life.compare("seed \(seed), step \(step)")
        }
        try await life.house.expectSoundBooks("seed \(seed)")
    }

    @Test(arguments: Seeds.upTo(12))
    func `no order of holds and captures overdraws a wallet by more than the formula`(seed: UInt64) async throws {
        let house = try await TestHouse(seed: seed)
        var random = Seeded(seed)
        var terms = BillingTerms.paidAhead
        let percent = random.number(0...1_000)
        terms.captureAbovePercent = Percent(partsPerMillion: percent * 10_000)
        let account = try await house.merchant(terms)
        let customer = try await house.give(random.number(1_000...100_000), to: "ada", of: account)
        var open: [Hold] = []
        var (bound, worst) = (Int64(0), Int64(0))
        for _ in 0..<80 {
            switch random.number(0..<6) {
            case 0...2:
                let before = try await house.balance(customer, of: account).available?.micros ?? 0
                let wanted = max(0, random.happens(oneIn: 2) ? before : random.number(0...max(1, before)))
                guard let hold = try await house.hold(wanted, by: "ada", of: account, seconds: 500) else { break }
                open.append(hold)
                open.removeAll { $0.status(at: house.clock.now) != .held }
                bound = CaptureBound(abovePercent: Percent(partsPerMillion: percent * 10_000)).largestOverdraft(
                    holds: open.map(\.heldMicros))
            case 3...4:
                guard !open.isEmpty else { break }
                let hold = open.remove(at: random.number(0..<open.count))
                let most = hold.heldMicros + hold.heldMicros * percent / 100
                _ = try? await house.capture(hold, cost: most, of: account)
            default:
                house.clock.advance(seconds: random.number(0...400))
                if random.happens(oneIn: 3), !open.isEmpty { try await house.release(open.removeFirst(), of: account) }
                if random.happens(oneIn: 6) { try await house.give(random.number(1...5_000), to: "ada", of: account) }
            }
            let now = try await house.balance(customer, of: account)
            let overdraft = now.accrued.micros - now.wallet.micros
            #expect(overdraft <= bound, "seed \(seed)")
            worst = max(worst, overdraft)
        }
        try await house.expectHeldTotals("seed \(seed), worst \(worst) of \(bound)")
    }

    @Test func `the formula is not too wide: it can be reached`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let customer = try await house.give(999, to: "ada", of: account)
        var open: [Hold] = []
        for _ in 0..<3 { open.append(try #require(try await house.hold(333, by: "ada", of: account))) }
        for hold in open { try await house.capture(hold, cost: 666, of: account) }
        #expect(try await house.balance(customer, of: account).accrued.micros == 999)
    }
}

/// Two customers and a key, under limits of the account, through the worker and in the model.
private struct HoldLife {
    let house: TestHouse
    private let account: ConnectedAccount
    private let key: ApiKey
    private var model: NaiveHolds
    private var made: [Hold] = []
    private var random: Seeded

    init(seed: UInt64) async throws {
        house = try await TestHouse(seed: seed)
        random = Seeded(seed)
        var terms = BillingTerms.paidAhead
        let (spend, requests) = (random.number(2_000...30_000), random.number(5...60))
        terms.limits = Limits(month: Limits.Caps(requests: requests, spendMicros: spend))
        terms.captureAbovePercent = Percent(partsPerMillion: 500_000)
        account = try await house.merchant(terms)
        let cap = random.number(1_000...10_000)
        key = try await house.database.write { [worker = house.worker, account] tx in
            try worker.keys.mint(NewKey(name: "app", maxSpend: cap), account: account, by: .commandLine, in: tx).key
        }
        model = NaiveHolds(accountCap: spend, accountRequests: requests, keyCap: cap)
        for name in ["ada", "ben"] { try await give(random.number(1...8_000), to: name) }
    }

    mutating func live() async throws {
        house.clock.advance(seconds: random.number(0...9_000) * (random.happens(oneIn: 20) ? 200 : 1))
        switch random.number(0..<10) {
        case 0...4: try await ask()
        case 5...6: try await capture()
        case 7: try await release()
        case 8: random.happens(oneIn: 2) ? try await give(random.number(1...3_000), to: name()) : try await use()
        default: while try await house.worker.authorizations.step() {}
        }
    }

    func compare(_ comment: Comment) async throws {
        try await house.expectHeldTotals(comment)
        let now = house.clock.now
        for name in ["ada", "ben"] {
            let balance = try await house.database.read { [worker = house.worker, account] tx in
                let customer = try worker.customers.get(name, account: account, in: tx)
                return try worker.customers.balance(of: customer, account: account, in: tx)
            }
            #expect(balance.available?.micros == model.available(name, at: now), comment)
            let held = model.open(at: now).filter { $0.customer == name }.reduce(0) { $0 + $1.held }
            #expect(balance.held.micros == held, comment)
        }
        let spent = try await house.database.read { [key] tx in
            try tx.limitCounters.get(.ever(key.limitSubject)).used.spendMicros
        }
        #expect(spent == model.uses.filter { $0.key != nil }.reduce(0) { $0 + $1.price }, comment)
    }

    private mutating func name() -> String { random.happens(oneIn: 2) ? "ada" : "ben" }

    private mutating func give(_ micros: Int64, to name: String) async throws {
        try await house.give(micros, to: name, of: account)
        model.given[name, default: 0] += micros
    }

    private mutating func ask() async throws {
        let (name, now) = (name(), house.clock.now)
        let micros = random.number(0...3_000)
        let id = random.happens(oneIn: 2) ? key.id.text : nil
        let seconds = random.number(1...30_000)
        let isAllowed = model.allows(micros, by: name, key: id, at: now)
        var hold = try await house.hold(micros, by: name, of: account, key: id, seconds: seconds)
        if hold == nil, isAllowed {
            // The other customer's holds are past their time, and the loop has not come by yet.
            #expect(try await house.worker.authorizations.step())
            while try await house.worker.authorizations.step() {}
            hold = try await house.hold(micros, by: name, of: account, key: id, seconds: seconds)
        }
        #expect((hold != nil) == isAllowed)
        guard let hold else { return }
        made.append(hold)
        model.holds.append(
            .init(
                customer: name, key: id, held: micros, expiresAt: now.adding(seconds: seconds), at: now))
    }

    private mutating func capture() async throws {
        guard let place = model.holds.indices.randomElement(using: &random) else { return }
        let (entry, now) = (model.holds[place], house.clock.now)
        let cost = random.number(0...(entry.held * 2))
        let isFit = entry.end == nil && now < entry.expiresAt && cost <= entry.held + entry.held / 2
        do {
            try await house.capture(made[place], cost: cost, of: account)
            #expect(isFit || entry.end == .captured(cost))
        } catch is WorkerError {
            #expect(!isFit)
        }
        guard isFit else { return }
        model.holds[place].end = .captured(cost)
        model.uses.append(.init(customer: entry.customer, key: entry.key, price: cost, at: now))
    }

    private mutating func release() async throws {
        guard let place = model.holds.indices.randomElement(using: &random) else { return }
        let entry = model.holds[place]
        do {
            try await house.release(made[place], of: account)
            if entry.end == nil, house.clock.now < entry.expiresAt { model.holds[place].end = .released }
        } catch let error as WorkerError {
            #expect(error == .authorizationCaptured)
            guard case .captured = entry.end else {
                Issue.record("it was not captured")
                return
            }
        }
    }

    private mutating func use() async throws {
        let (name, price) = (name(), random.number(0...500))
        try await house.use(price, by: name, of: account)
        model.uses.append(.init(customer: name, key: nil, price: price, at: house.clock.now))
    }
}
