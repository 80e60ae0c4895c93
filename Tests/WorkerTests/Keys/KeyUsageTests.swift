import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// What was spent with keys, beside what may be.
@Suite struct KeyUsageTests {
    private struct Scene {
        let house: OnboardingHouse
        let account: ConnectedAccount

        init() async throws {
            let house = try await OnboardingHouse()
            let account = try await house.merchant(stripe: "none")
            _ = try await house.database.write { tx in
                try house.worker.customers.create(
                    NewCustomer(externalID: "ada"), account: account, by: .commandLine, in: tx)
            }
            (self.house, self.account) = (house, account)
        }

        func mint(_ cap: Int64?, customer: String? = "ada") async throws -> MintedKey {
            let new = NewKey(name: "k", customer: customer, maxSpend: cap)
            return try await house.database.write { tx in
                try house.worker.keys.mint(new, account: account, by: .commandLine, in: tx)
            }
        }

        func use(
            _ key: String, _ micros: Int64, id: String, model: String? = "m", provider: String? = "p"
        ) async throws {
            var report = UsageReport(
                eventID: id, customer: "ada", costMicros: micros,
                quantities: Quantities([.inputTokens: Quantity(millionths: 10_000_000)]), model: model)
            report.provider = provider
            report.key = key
            report.latencyMs = 30
            let verdicts = try await house.database.write { [report] tx in
                try house.worker.metering.record([report], account: account, in: tx)
            }
            guard case .accepted = verdicts.first else { return #expect(Bool(false), "\(verdicts)") }
        }

        func usage(_ key: ApiKey) async throws -> KeyUsage {
            try await house.database.read { tx in try house.worker.keys.usage(key.id, account: account.id, in: tx) }
        }
    }

    @Test func `what was spent stands beside the cap, model by model`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(1_000)
        #expect(try await scene.usage(key.key).percent == 0)
        try await scene.use(key.key.id.text, 100, id: "1", model: "small")
        try await scene.use(key.secret, 300, id: "2", model: "large")
        try await scene.use(key.secret, 99, id: "3", model: "small")
        try await scene.use(key.secret, 1, id: "4", model: nil, provider: nil)
        let other = try await scene.mint(nil)
        try await scene.use(other.secret, 5_000, id: "5")
        let usage = try await scene.usage(key.key)
        #expect((usage.spentMicros, usage.heldMicros, usage.remainingMicros, usage.percent) == (500, 0, 500, 50))
        #expect(usage.parts.map(\.model) == ["large", "small", nil])
        #expect(usage.parts.map(\.provider) == ["p", "p", nil])
        #expect(usage.parts.map(\.figures.priceMicros) == [300, 199, 1])
        #expect(usage.parts.map(\.figures.requests) == [1, 2, 1])
        #expect(usage.parts[1].figures.inputTokens == 20_000_000)
        let free = try await scene.usage(other.key)
        #expect(free.spentMicros == 5_000)
        #expect(free.remainingMicros == nil && free.percent == nil)
    }

    @Test func `a rotated key and the one that took its place spend from one purse`() async throws {
        let scene = try await Scene()
        let first = try await scene.mint(1_000)
        try await scene.use(first.secret, 400, id: "1", model: "a")
        let second = try await scene.house.database.write { tx in
            try scene.house.worker.keys.rotate(first.key.id, account: scene.account.id, by: .commandLine, in: tx)
        }
        try await scene.use(second.secret, 250, id: "2", model: "a")
        try await scene.use(first.secret, 50, id: "3", model: "b")
        for key in [first.key, second.key] {
            let usage = try await scene.usage(key)
            #expect((usage.spentMicros, usage.remainingMicros, usage.percent) == (700, 300, 70))
            #expect(usage.parts.map(\.figures.priceMicros) == [650, 50])
        }
    }

    @Test func `usage above a cap is a fact, and shows`() async throws {
        let scene = try await Scene()
        let (small, none) = (try await scene.mint(1), try await scene.mint(0))
        try await scene.use(small.secret, 3, id: "1")
        let usage = try await scene.usage(small.key)
        #expect((usage.spentMicros, usage.remainingMicros, usage.percent) == (3, 0, 300))
        let empty = try await scene.usage(none.key)
        #expect((empty.spentMicros, empty.remainingMicros, empty.percent) == (0, 0, 100))
    }

    @Test func `another's key looks like one that does not exist`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(nil).key
        let stranger = try await scene.house.merchant("Grace")
        await expectRefusal("not_found") {
            _ = try await scene.house.database.read { tx in
                try scene.house.worker.keys.usage(key.id, account: stranger.id, in: tx)
            }
        }
    }
}
