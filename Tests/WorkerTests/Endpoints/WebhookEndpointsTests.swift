import Ledger
import Storage
import Stripe
import Testing
import Webhooks

@testable import Worker

@Suite struct WebhookEndpointsTests {
    /// A platform that has no endpoints yet.
    private func house() async throws -> TestHouse {
        let house = try await TestHouse()
        for endpoint in try await known(at: house) {
            _ = try await client(of: house).send(WebhookEndpoint.delete(endpoint.id))
        }
        return house
    }

    private func client(of house: TestHouse) throws -> StripeClient {
        try #require(house.worker.context.stripe).client
    }

    private func known(at house: TestHouse) async throws -> [WebhookEndpoint] {
        try await client(of: house).send(WebhookEndpoint.list(limit: 100)).data
    }

    private func expectInStep(_ house: TestHouse, count: Int = 2) async throws {
        let known = try await known(at: house)
        #expect(known.count == count)
        for wanted in WebhookContract.current.endpoints {
            let found = try #require(known.first { $0.url == "https://bill.example\(wanted.path)" })
            #expect(Set(found.enabledEvents) == Set(wanted.events) && found.status == "enabled")
            #expect(found.apiVersion == WebhookContract.current.apiVersion)
        }
    }

    @Test func `what is missing is made, each with a secret, and a second time nothing is`() async throws {
        let house = try await house()
        let made = try await house.worker.webhookEndpoints.register(by: .commandLine)
        #expect(made.map(\.what) == [.made, .made] && made.allSatisfy { $0.secret?.hasPrefix("whsec_") == true })
        try await expectInStep(house)
        let again = try await house.worker.webhookEndpoints.register(by: .commandLine)
        #expect(again.map(\.what) == [.kept, .kept] && again.allSatisfy { $0.secret == nil })
        try await expectInStep(house)
    }

    @Test func `an endpoint that has drifted is brought into step, and keeps its secret`() async throws {
        let house = try await house()
        let made = try await house.worker.webhookEndpoints.register(by: .commandLine)
        _ = try await client(of: house).send(
            WebhookEndpoint.update(
                made[0].id, enabledEvents: ["payment_intent.succeeded", "charge.refunded"], disabled: true,
                idempotencyKey: "drift"))
        let drifted = try await house.worker.webhookEndpoints.look()[0]
        #expect(drifted.isDisabled && !drifted.missing.isEmpty)
        let changed = try await house.worker.webhookEndpoints.register(by: .commandLine)
        #expect(changed.map(\.what) == [.changed, .kept] && changed.allSatisfy { $0.secret == nil })
        try await expectInStep(house)
    }

    @Test func `an endpoint of another API version gets a new one beside it`() async throws {
        let house = try await house()
        let wanted = WebhookContract.current.endpoints[1]
        _ = try await client(of: house).send(
            WebhookEndpoint.create(
                url: "https://bill.example\(wanted.path)", enabledEvents: wanted.events,
                apiVersion: "2025-01-27.acacia",
                connect: wanted.connect, idempotencyKey: "old"))
        #expect(try await house.worker.webhookEndpoints.look()[1].hasOtherVersion)
        house.clock.advance(seconds: 1)
        let changes = try await house.worker.webhookEndpoints.register(by: .commandLine)
        #expect(changes.map(\.what) == [.made, .rolled] && changes[1].secret != nil)
        #expect(try await house.worker.webhookEndpoints.look()[1].older.count == 1)
        #expect(try await house.worker.webhookEndpoints.finishRolling(by: .commandLine).count == 1)
        try await expectInStep(house)
    }

    @Test func `rolling makes a second endpoint, and removes the first when it is told to`() async throws {
        let house = try await house()
        let first = try await house.worker.webhookEndpoints.register(by: .commandLine)
        house.clock.advance(seconds: 1)
        let second = try await house.worker.webhookEndpoints.roll(by: .commandLine)
        #expect(second.allSatisfy { $0.what == .rolled && $0.secret != nil })
        #expect(Set((first + second).compactMap(\.secret)).count == 4)
        await #expect {
            try await house.worker.webhookEndpoints.roll(by: .commandLine)
        } throws: { ($0 as? WorkerError)?.code == "rolling" }
        let removed = try await house.worker.webhookEndpoints.finishRolling(by: .commandLine)
        #expect(Set(removed) == Set(first.map(\.id)))
        #expect(Set(try await known(at: house).map(\.id)) == Set(second.map(\.id)))
        try await expectInStep(house)
        #expect(try await house.worker.webhookEndpoints.finishRolling(by: .commandLine).isEmpty)
    }

    @Test func `each change is in the audit log, and no secret is`() async throws {
        let house = try await house()
        let made = try await house.worker.webhookEndpoints.register(by: .commandLine)
        let entries = try await house.database.read { tx in
            try house.worker.auditLog.list(AuditFilter(), limit: 100, in: tx)
        }
        #expect(Set(entries.map(\.objectID)).isSuperset(of: made.map(\.id)))
        for secret in made.compactMap(\.secret) { #expect(!"\(entries)".contains(secret)) }
    }
}
