import Foundation
import Storage
import Testing

@testable import Server

/// Card numbers that are typed into a field of ours are refused, and nothing of them comes to rest.
struct CardNumberRestTests {
    private static let number = "4242424242424242"

    private static let attempts: [(path: String, body: String)] = [
        ("/v1/accounts", #"{"name": "$", "currency": "usd", "stripe": "none"}"#),
        ("/v1/accounts", #"{"name": "A", "email": "$@example.com", "currency": "usd", "stripe": "none"}"#),
        ("/v1/accounts", #"{"name": "A", "currency": "usd", "stripe": "none", "$": 1}"#),
        ("/v1/accounts/{account}/keys", #"{"name": "till $"}"#),
        ("/v1/accounts/{account}/onboarding_links", #"{"return_url": "https://example.com/$"}"#),
        ("/v1/accounts/{account}/onboarding_links", #"{"refresh_url": "https://example.com/?c=$"}"#),
        ("/v1/customers", #"{"external_id": "$"}"#), ("/v1/customers", #"{"external_id": "c", "name": "$"}"#),
        ("/v1/customers", #"{"external_id": "c", "email": "$@example.com"}"#),
        ("/v1/customers", #"{"external_id": "c", "metadata": {"card": "$"}}"#),
        ("/v1/customers", #"{"external_id": "c", "metadata": {"$": "card"}}"#),
        ("/v1/customers", #"{"external_id": "c", "stripe_customer": "cus_$"}"#),
        ("/v1/customers", #"{"external_id": "c", "payment_method": "$"}"#), ("/v1/customers/$", "{}"),
        ("/v1/customers/%34242424242424242", #"{"name": "N"}"#), ("/v1/charges", #"{"customer": "$"}"#),
        ("/v1/charges/$/retry", "{}"), ("/v1/nowhere/$", "{}"), ("/v1/nowhere/%34242424242424242", "{}"),
        ("/v1/top_ups", #"{"customer": "$", "amount": 500, "success_url": "https://e.x"}"#),
        ("/v1/top_ups", #"{"customer": "c", "amount": 500, "success_url": "https://example.com/$"}"#),
        ("/v1/usage", #"{"id": "$", "customer": "c", "cost_micros": 1}"#),
        ("/v1/usage", #"{"id": "$", "customer": "c"}"#), ("/v1/usage", #"{"id": "e", "$": "c"}"#),
        ("/v1/usage", #"{"id": "e", "source": "$", "customer": "c", "cost_micros": 1}"#),
        ("/v1/usage", #"{"id": "e", "customer": "$", "cost_micros": 1}"#),
        ("/v1/usage", #"{"id": "e", "customer": "c", "cost_micros": 1, "model": "$"}"#),
        ("/v1/usage", #"{"id": "e", "customer": "c", "cost_micros": 1, "metadata": {"m": "x $"}}"#),
        ("/v1/webhook_events/$/replay", "{}"), ("/v1/webhook_events/replay", #"{"type": "$"}"#),
        ("/v1/reconciliations", #"{"scope": "$"}"#),
    ]

    @Test func `a card number in any text is refused, and no byte of the database holds it`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bursar-cards-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try Database.open(.sqlite(path: folder.appending(path: "books.sqlite").path))
        try await ServedHouse.open(database: database) { house in
            let merchant = try await house.addMerchant(stripe: "connect")
            for (place, attempt) in Self.attempts.enumerated() {
                let path = attempt.path.replacing("{account}", with: merchant.id).replacing("$", with: Self.number)
                let account = path.hasPrefix("/v1/accounts") || path.contains("webhook") ? nil : merchant.id
                let reply = try await house.post(
                    path, attempt.body.replacing("$", with: Self.number), account: account, once: "try-\(place)")
                #expect(reply.status < 500 && !reply.text.contains(#""accepted":1"#), "\(attempt) \(reply.text)")
                // What a problem repeats comes to rest in the logs of others.
                #expect(!reply.text.contains(Self.number) && !reply.text.contains("%34242"), "\(attempt) \(reply.text)")
                #expect(path == "/v1/usage" || (400..<500).contains(reply.status), "\(attempt) \(reply.text)")
            }
            let keyed = try await house.post(
                "/v1/customers", #"{"external_id": "k"}"#, key: merchant.key, once: Self.number)
            #expect(keyed.code == "card_number")
            let asked = try await house.get("/v1/webhook_events?starting_after=\(Self.number)")
            #expect(asked.status == 400 && !asked.text.contains(Self.number))
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                #expect(try Data(contentsOf: file).firstRange(of: Data(Self.number.utf8)) == nil, "\(file)")
            }
        }
    }
}
