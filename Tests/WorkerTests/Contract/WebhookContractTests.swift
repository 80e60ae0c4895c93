import Ledger
import Storage
import Stripe
import Testing
import Webhooks
import Worker

@Suite struct WebhookContractTests {
    private static let contract = WebhookContract.current

    @Test func `the endpoints, the folders and the handlers name the same events`() {
        #expect(!Self.contract.events.isEmpty)
        #expect(WebhookCase.eventFolders == Set(Self.contract.events))
        #expect(EventHandlers.types.sorted() == Self.contract.events)
        #expect(Set(WebhookCase.all.map(\.name)).isSuperset(of: Self.contract.events))
    }

    @Test func `there are two endpoints, one of them for connected accounts, at a pinned version`() {
        #expect(Self.contract.apiVersion == "2026-10-28.endive")
        #expect(Self.contract.endpoints.map(\.name) == ["platform", "connect"])
        #expect(Self.contract.endpoints.map(\.connect) == [false, true])
        #expect(Self.contract.endpoints.map(\.path) == ["/stripe/webhooks", "/stripe/webhooks/connect"])
    }

    @Test(arguments: WebhookCase.all)
    func `an event is named as its folder, at the pinned version, and is listed where it comes in`(
        event: WebhookCase
    ) throws {
        let envelope = try EventEnvelope(json: event.payload)
        #expect(envelope.type == event.event)
        #expect(envelope.apiVersion == Self.contract.apiVersion)
        let endpoint = try #require(Self.contract.endpoints.first { $0.connect == (envelope.account != nil) })
        #expect(endpoint.events.contains(envelope.type))
    }

    @Test(arguments: WebhookCase.all)
    func `an event comes to the end and the journal that its folder tells, also the second time`(
        event: WebhookCase
    ) async throws {
        let envelope = try EventEnvelope(json: event.payload)
        let books = try await ContractBooks(
            now: Instant(secondsSince1970: envelope.created + 2), object: event.object)
        try await books.stand(as: event.story.before, stripeAccount: envelope.account)
        let before = try await books.countEntries()

        let endpoint: Inbox.Endpoint = envelope.account == nil ? .platform : .connect
        let settled = try await books.receive(event, at: endpoint, signedAt: envelope.created)
        #expect(settled.state == .settled, "\(settled.reason ?? "")")
        let posted = try await books.journal(after: before)
        #expect(posted == event.journal, "\(posted.entries.flatMap(\.postings).joined(separator: "\n"))")
        let standing = try await books.standing()
        for (name, value) in event.story.after { #expect(standing[name] == value, "\(name)") }

        try await books.replayAll()
        #expect(try await books.journal(after: before) == event.journal)
        #expect(try await books.standing() == standing)
    }
}
