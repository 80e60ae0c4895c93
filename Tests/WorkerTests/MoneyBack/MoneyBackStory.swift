import Billing
import Foundation
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Customer

@testable import Worker

/// What Stripe and a customer do at random: top-ups, refunds that may fail, disputes of every kind. Nothing of it is
/// told to the worker until somebody delivers.
struct MoneyBackStory {
    let house: TestHouse
    let account: ConnectedAccount
    let customer: Customer
    private(set) var topUps: [TopUp] = []
    private(set) var refunds: [String] = []
    private(set) var disputes: [String] = []
    /// Webhooks that are on their way.
    var mail: [WebhookDelivery] = []
    var generator: Seeded

    init(seed: UInt64) async throws {
        house = try await TestHouse(seed: seed)
        generator = Seeded(seed)
        account = try await house.platformAccount()
        customer = try await house.customer("ada", of: account)
    }

    mutating func collect() async { mail += await house.intercept() }

    /// A top-up that is paid at Stripe.
    mutating func topUp() async throws {
        house.clock.advance(seconds: generator.number(1...5_000))
        let topUp = try await house.openTopUp(generator.number(500...3_000), by: customer, of: account)
        let cards = ["4242424242424242", "4000000000005126", "4000000000007726"]
        try await house.send(
            ["card_number": cards[generator.number(0..<cards.count)]], to: try #require(topUp.url))
        let intent = try #require(try await house.paymentIntents(of: account).first)
        var paid = topUp
        paid.paymentIntent = intent.id
        topUps.append(paid)
        await collect()
    }

    /// Somebody does something with a payment, in Stripe's dashboard or at a bank.
    mutating func actAtStripe() async throws {
        house.clock.advance(seconds: generator.number(1...5_000))
        switch generator.number(0..<6) {
        case 0...1: try await refund()
        case 2: try await endRefund()
        case 3: try await complain()
        default: try await moveDispute()
        }
        await collect()
    }

    private mutating func refund() async throws {
        guard let topUp = topUps.randomElement(using: &generator), let intent = topUp.paymentIntent else { return }
        // What Stripe refuses does not happen.
        let amount = generator.number(1...topUp.amount)
        guard let id = try? await house.refund(intent, amount, of: account) else { return }
        refunds.append(id)
    }

    private mutating func endRefund() async throws {
        guard let id = refunds.randomElement(using: &generator) else { return }
        let outcome = ["succeeded", "failed", "canceled"][generator.number(0..<3)]
        try await house.control("/_sandbox/refunds/\(id)/settle", ["outcome": outcome])
    }

    private mutating func complain() async throws {
        guard let topUp = topUps.randomElement(using: &generator) else { return }
        let amount = generator.happens(oneIn: 2) ? nil : generator.number(1...(topUp.amount + 500))
        let isInquiry = generator.happens(oneIn: 3)
        let id = try await house.dispute(
            topUp.paymentIntent, of: account, amount: amount ?? topUp.amount, isInquiry: isInquiry)
        disputes.append(id)
    }

    private mutating func moveDispute() async throws {
        guard let id = disputes.randomElement(using: &generator) else { return }
        let actions = ["withdraw_funds", "reinstate_funds", "win", "lose", "close"]
        try await house.move(id, actions[generator.number(0..<actions.count)])
    }

    /// Ends every dispute, so that nothing is frozen any more.
    mutating func decideDisputes() async throws {
        for id in disputes { try await house.move(id, generator.happens(oneIn: 2) ? "win" : "lose") }
        await collect()
    }

    /// Balances of the customer's and the book's accounts, by name.
    func balances() async throws -> [String: Int64] {
        let lines = try await house.database.read { [house, account] tx in
            try house.worker.books.balances(book: account.id, in: tx)
        }
        return Dictionary(uniqueKeysWithValues: lines.map { ($0.kind.rawValue, $0.balance.micros) })
            .filter { $0.value != 0 }
    }
}

/// What an event is about.
struct EventSubject: Decodable {
    struct Payload: Decodable { let object: Object }

    struct Object: Decodable {
        let id: String
        let object: String
        let payment_intent: String?
    }

    let type: String
    let data: Payload

    init(_ delivery: WebhookDelivery) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(delivery.body))
    }
}
