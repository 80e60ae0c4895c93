import Foundation

/// What a small world has to know of a payment at Stripe.
struct StripePayment: Sendable {
    let intent: String
    let charge: String?
    /// Minor units.
    let amount: Int64

    /// - Returns: `nil` for an event of something else.
    init?(_ event: [UInt8]) {
        guard String(decoding: event, as: UTF8.self).contains("\"payment_intent."),
            let intent = try? JSONDecoder().decode(Told.self, from: Data(event)).data.object
        else { return nil }
        (self.intent, charge, amount) = (intent.id, intent.charge, intent.amount)
    }

    private struct Told: Decodable {
        struct Payload: Decodable { let object: Intent }
        let data: Payload
    }

    private struct Intent: Decodable {
        let id: String
        let amount: Int64
        let charge: String?

        enum CodingKeys: String, CodingKey {
            case id, amount
            case charge = "latest_charge"
        }
    }
}
