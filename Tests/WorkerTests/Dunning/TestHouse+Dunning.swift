import Billing
import Ledger
import Storage
import Stripe

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

extension TestHouse {
    static let day: Int64 = 86_400

    /// A shop, a customer with a card, and the customer's charge of 9 dollars after Stripe's answer.
    func dunned(
        _ card: String, _ terms: DunningTerms = DunningTerms()
    ) async throws -> (account: ConnectedAccount, customer: Customer, charge: Charge) {
        var account = try await platformAccount()
        account.terms.dunning = terms
        try await database.write { [account] tx in try tx.accounts.updateSettings(account) }
        let made = try await customer("ada", of: account)
        let ada = try await setCard(card, of: made, account)
        try await use(9_000_000, by: "ada", of: account)
        let charge = try await charge(ada, of: account)
        try await settle()
        return (account, ada, try await current(charge))
    }

    /// A name of Stripe's test page, which Stripe makes into a card at each try.
    @discardableResult
    func setCard(_ card: String, of customer: Customer, _ account: ConnectedAccount) async throws -> Customer {
        try await database.write { [worker] tx in
            try worker.customers.update(
                customer.id.text, CustomerDetails(paymentMethod: card), account: account, by: .commandLine, in: tx)
        }
    }

    /// Lets dunning do all that is due, and Stripe answer.
    func dun() async throws {
        while try await worker.dunning.step() { try await settle() }
    }

    func pass(days: Int64) async throws {
        clock.advance(seconds: days * Self.day)
        try await dun()
    }

    func attempts(of charge: Charge) async throws -> [ChargeAttempt] {
        try await database.read { tx in try tx.chargeAttempts.list(of: charge.id) }
    }

    /// The oldest first.
    func alerts(of account: ConnectedAccount) async throws -> [Alert] {
        try await database.read { [worker] tx in
            try worker.alerts.list(account: account, after: nil, limit: 100, in: tx).reversed()
        }
    }
}
