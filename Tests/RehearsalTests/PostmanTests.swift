import Ledger
import StripeSandbox
import Testing

@testable import Rehearsal

@Suite struct PostmanTests {
    private static let noon = Instant(secondsSince1970: 1_800_000_000)

    private func deliveries(_ count: Int) async -> [WebhookDelivery] {
        let house = try? await RehearsedHouse(seed: 1, start: Self.noon)
        for _ in 0..<count {
            await house?.call(
                "/v1/payment_intents",
                [
                    "amount": "500", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true",
                    "return_url": "https://a.example",
                ])
        }
        return await house?.deliveries() ?? []
    }

    @Test func `one in five is lost, and what comes often comes at most five times and three days late`() async {
        let sent = await deliveries(400)
        var postman = Postman()
        var chance = Chance(seed: 9)
        _ = postman.take(over: sent, at: Self.noon, &chance, isUnreliable: true)
        let copies = Dictionary(grouping: postman.bag, by: \.delivery.id).mapValues(\.count)
        let lost = sent.count - copies.count
        #expect(sent.count >= 400)
        #expect((sent.count / 8...sent.count / 4).contains(lost))
        #expect(copies.values.max() == 5)
        #expect(postman.bag.allSatisfy { $0.due <= Self.noon.adding(seconds: 72 * 3_600) })
    }

    @Test func `what is refused is given up after three days`() async throws {
        var postman = Postman()
        var chance = Chance(seed: 9)
        _ = postman.take(over: await deliveries(1), at: Self.noon, &chance, isUnreliable: false)
        let first = postman.bag.count
        #expect(first > 0)
        postman.nobodyOpened(until: Self.noon.adding(seconds: 2 * 86_400))
        #expect(postman.bag.count == first)
        postman.nobodyOpened(until: Self.noon.adding(seconds: 4 * 86_400))
        #expect(postman.bag.isEmpty)
    }
}
