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

    /// Another process, started with these secrets in its settings as well.
    private func endpoints(of house: TestHouse, knowing made: [EndpointChange]) throws -> WebhookEndpoints {
        let context = house.worker.context
        let stripe = try #require(context.stripe)
        func secrets(_ isConnect: Bool) -> [WebhookSecret] {
            made.filter { $0.endpoint.connect == isConnect }.compactMap(\.secret).map(WebhookSecret.init)
        }
        return WebhookEndpoints(
            context: WorkerContext(
                database: context.database, seams: context.seams, pause: context.pause,
                stripe: StripeAccess(
                    client: stripe.client, clientID: stripe.clientID, livemode: stripe.livemode,
                    platformSecrets: secrets(false), connectSecrets: secrets(true)),
                policy: context.policy, logger: context.logger))
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
        #expect(try await endpoints(of: house, knowing: changes).finishRolling(by: .commandLine).count == 1)
        try await expectInStep(house)
    }

    @Test func `rolling makes a second endpoint, and removes the first when it is told to`() async throws {
        let house = try await house()
        let first = try await house.worker.webhookEndpoints.register(by: .commandLine)
        house.clock.advance(seconds: 1)
        let second = try await endpoints(of: house, knowing: first).roll(by: .commandLine)
        let restarted = try endpoints(of: house, knowing: first + second)
        #expect(second.allSatisfy { $0.what == .rolled && $0.secret != nil })
        #expect(Set((first + second).compactMap(\.secret)).count == 4)
        await #expect {
            try await restarted.roll(by: .commandLine)
        } throws: { ($0 as? WorkerError)?.code == "rolling" }
        let removed = try await restarted.finishRolling(by: .commandLine)
        #expect(Set(removed) == Set(first.map(\.id)))
        #expect(Set(try await known(at: house).map(\.id)) == Set(second.map(\.id)))
        try await expectInStep(house)
        #expect(try await restarted.finishRolling(by: .commandLine).isEmpty)
    }

    @Test func `an endpoint whose secret nobody has is told of, and a new one is made beside it`() async throws {
        let house = try await house()
        let first = try await house.worker.webhookEndpoints.register(by: .commandLine)
        #expect(try await house.worker.webhookEndpoints.look().allSatisfy(\.hasLostSecret))
        #expect(try await house.worker.webhookEndpoints.register(by: .commandLine).allSatisfy(\.hasLostSecret))
        let known = try endpoints(of: house, knowing: first)
        #expect(try await known.look().allSatisfy { $0.secret == .inSettings && !$0.hasLostSecret })
        #expect(try await known.register(by: .commandLine).allSatisfy { !$0.hasLostSecret })
        house.clock.advance(seconds: 1)
        let second = try await house.worker.webhookEndpoints.roll(by: .commandLine)
        // Lost as well: a third may be made, though the first still stands.
        house.clock.advance(seconds: 1)
        let third = try await known.roll(by: .commandLine)
        #expect((second + third).allSatisfy { $0.what == .rolled && $0.secret != nil })
    }

    @Test func `the old endpoints stay until the new secret is in the settings`() async throws {
        let house = try await house()
        let first = try await house.worker.webhookEndpoints.register(by: .commandLine)
        house.clock.advance(seconds: 1)
        let known = try endpoints(of: house, knowing: first)
        let second = try await known.roll(by: .commandLine)
        await #expect {
            try await known.finishRolling(by: .commandLine)
        } throws: { ($0 as? WorkerError)?.code == "secret_not_in_use" }
        #expect(try await self.known(at: house).count == 4)
        let removed = try await endpoints(of: house, knowing: first + second).finishRolling(by: .commandLine)
        #expect(Set(removed) == Set(first.map(\.id)))
    }

    @Test func `the secret of an endpoint that Bursar did not make is left to the user`() async throws {
        let house = try await TestHouse()
        let standings = try await house.worker.webhookEndpoints.look()
        #expect(standings.allSatisfy { $0.secret == .unknown && !$0.hasLostSecret })
    }

    @Test func `a fingerprint tells one secret from another, and shows none of it`() {
        let secret = WebhookSecret("whsec_of_the_test")
        #expect(SecretFingerprint.of(secret).wholeMatch(of: /[0-9a-f]{16}/) != nil)
        #expect(SecretFingerprint.of(secret) == SecretFingerprint.of(WebhookSecret("whsec_of_the_test")))
        #expect(SecretFingerprint.of(secret) != SecretFingerprint.of(WebhookSecret("whsec_of_another")))
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
