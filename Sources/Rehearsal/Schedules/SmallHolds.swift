import Billing
import Ledger
import Storage
import Worker

/// A wallet, and holds on it that are captured, released, left to expire or lost to a death of the process. In the end
/// nothing is held, and the wallet has lost what was captured and no micro more.
struct SmallHolds: Sendable {
    private let house: RehearsedHouse
    private let account: ConnectedAccount
    private let given: Int64
    private var captured: Int64 = 0
    /// Those of which the caller has heard.
    private var holds: [Hold] = []
    private var chance: Chance
    private(set) var deaths = 0

    private static let customer = "ada"
    private static let acts = 16
    private static let longestSeconds: Int64 = 3_600

    init(seed: UInt64) async throws {
        chance = Chance(seed: seed)
        let house = try await RehearsedHouse(seed: seed, start: SmallWorld.start)
        self.house = house
        given = chance.number(5_000...60_000)
        account = try await house.database.write { [worker = house.worker, given] tx in
            let new = NewAccount(
                name: "Shop", country: "US", currency: "usd", stripe: "none",
                terms: .object(["prepaid": .bool(true), "capture_above_percent": .integer(50)]))
            let account = try worker.accounts.create(new, by: .commandLine, in: tx)
            let customer = try worker.customers.create(
                NewCustomer(externalID: Self.customer), account: account, by: .commandLine, in: tx)
            _ = try worker.grants.give(
                NewGrant(amountMicros: given, kind: .paidOutside, expiresAt: nil, reason: "a gift"), to: customer,
                account: account, by: .commandLine, in: tx)
            return account
        }
    }

    mutating func live() async throws {
        for _ in 0..<Self.acts {
            let isDeadly = chance.happens(perMille: 250)
            let death = DeathPoint.commit(number: Int(chance.number(1...2)), isAfter: chance.happens(perMille: 500))
            house.trouble.plan(deaths: isDeadly ? [death] : [], fault: nil)
            switch chance.number(0...9) {
            case 0...3: try await ask()
            case 4...5: try await capture()
            case 6: try await release()
            case 7: house.clock.advance(seconds: chance.number(0...2_000))
            default: _ = try await surviving { [worker = house.worker] in try await worker.authorizations.step() }
            }
        }
        house.trouble.plan(deaths: [], fault: nil)
        house.clock.advance(seconds: 2 * Self.longestSeconds)
        while try await house.worker.authorizations.step() {}
    }

    /// What must hold when all of it is over.
    func judge() async throws {
        let (worker, account, now) = (house.worker, account, house.clock.truth)
        let balance = try await house.database.read { tx in
            try Rest(startedBefore: now, in: tx).judge(at: now)
            let customer = try worker.customers.get(Self.customer, account: account, in: tx)
            return try worker.customers.balance(of: customer, account: account, in: tx)
        }
        guard balance.held.micros == 0 else { throw Breach("no hold leaks", "\(balance.held.micros) micros are held") }
        let left = balance.wallet.micros - balance.accrued.micros
        guard left == given - captured else {
            throw Breach("a wallet loses what is captured", "\(given) − \(captured), and \(left) are left")
        }
        if let finding = try await worker.books.check().findings.first {
            throw Breach("books sound", "\(finding.rule.rawValue) at \(finding.row): \(finding.detail)")
        }
    }

    // MARK: Acts

    /// Who is not answered does not ask again: what was held for them expires.
    private mutating func ask() async throws {
        let (micros, seconds) = (chance.number(0...4_000), chance.number(1...Self.longestSeconds))
        let verdict = try await surviving { [house, account] in
            try await house.database.write { [worker = house.worker] tx in
                try worker.authorizations.authorize(
                    NewAuthorization(
                        customer: Self.customer, estimate: UsageEstimate(amountMicros: micros), expiresIn: seconds),
                    account: account, in: tx)
            }
        }
        if case .held(let granted) = verdict { holds.append(granted.hold) }
    }

    /// Asked again until there is an answer.
    private mutating func capture() async throws {
        guard !holds.isEmpty else { return }
        let hold = holds.remove(at: chance.place(of: holds.count))
        var new = NewCapture()
        let cost = chance.number(0...hold.heldMicros * 3 / 2)
        new.costMicros = cost
        for _ in 0..<3 {
            let done = try await surviving { [house, account, new] in
                try await house.database.write { [worker = house.worker] tx -> Bool in
                    do {
                        return try worker.authorizations.capture(hold.id, new, account: account, in: tx).event
                            .costMicros == cost
                    } catch let error as WorkerError where error.code == "authorization_expired" {
                        return false
                    }
                }
            }
            guard let done else { continue }
            if done { captured += cost }
            return
        }
    }

    private mutating func release() async throws {
        guard !holds.isEmpty else { return }
        let hold = holds.remove(at: chance.place(of: holds.count))
        _ = try await surviving { [house, account] in
            try await house.database.write { [worker = house.worker] tx in
                try worker.authorizations.release(hold.id, account: account, in: tx)
            }
        }
    }

    /// - Returns: `nil` where the process has died, and is another now.
    private mutating func surviving<Answer>(_ act: () async throws -> Answer) async throws -> Answer? {
        do {
            return try await act()
        } catch let error as StorageError where error.kind != .rejected && house.trouble.isDead {
            try await house.restart()
            deaths += 1
            return nil
        }
    }
}
