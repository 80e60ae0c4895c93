import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

@testable import Worker

/// Money that moves at Stripe with no help of the worker's.
extension TestHouse {
    func openTopUp(
        _ amount: Int64, by customer: Billing.Customer, of account: ConnectedAccount
    ) async throws -> TopUp {
        try await worker.topUps.open(
            NewTopUp(
                customer: customer.externalID, amount: amount, successURL: "https://shop.example/thanks", cancelURL: nil
            ),
            account: account)
    }

    func current(_ topUp: TopUp) async throws -> TopUp {
        try #require(try await database.read { tx in try tx.topUps.find(topUp.id) })
    }

    /// The customer authenticates the payment of a charge on their bank's page.
    func finishOnSession(_ charge: Billing.Charge, of account: ConnectedAccount) async throws {
        let intent = try #require(charge.paymentIntent)
        _ = try await call(
            "/v1/payment_intents/\(intent)/confirm",
            ["payment_method": "pm_card_visa", "return_url": "https://shop.example"], of: account)
    }

    /// A sale of another shop on the same Stripe account.
    func sellOutside(
        _ amount: Int64, of account: ConnectedAccount, metadata: [String: String] = [:]
    ) async throws -> String {
        var form = [
            "amount": "\(amount)", "currency": account.currency.code, "payment_method": "pm_card_visa",
            "confirm": "true",
            "return_url": "https://shop.example",
        ]
        for (key, value) in metadata { form["metadata[\(key)]"] = value }
        return try await call("/v1/payment_intents", form, of: account)
    }

    /// In Stripe's dashboard.
    /// - Returns: Stripe's id of it.
    @discardableResult
    func refund(_ paymentIntent: String, _ amount: Int64, of account: ConnectedAccount) async throws -> String {
        try await call("/v1/refunds", ["payment_intent": paymentIntent, "amount": "\(amount)"], of: account)
    }

    /// The id of the platform's own account at Stripe.
    func platformID() async -> String {
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: "GET", target: "/v1/account", headers: ["authorization": "Bearer sk_test_sandbox"], body: []))
        guard case .answer(let answer) = outcome,
            let id = try? RawAnswer(status: 200, headers: [:], body: answer.body).decoded(as: UnreadObject.self).id
        else { return "" }
        return id
    }

    /// Lets all runs that are due at the start end.
    func finishFirstRuns() async throws {
        while try await worker.reconciliation.dueStep() {}
    }

    /// - Returns: the id of what was made.
    func call(_ target: String, _ form: [String: String], of account: ConnectedAccount? = nil) async throws -> String {
        var headers = ["authorization": "Bearer sk_test_sandbox", "content-type": "application/x-www-form-urlencoded"]
        if let id = account?.stripeAccount { headers["stripe-account"] = id }
        let body = form.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "&")
        let outcome = await sandbox.handle(
            SandboxRequest(method: "POST", target: target, headers: headers, body: Array(body.utf8)))
        guard case .answer(let answer) = outcome, answer.status == 200 else {
            throw WorkerError.notFound("\(target): \(outcome)")
        }
        return try RawAnswer(status: 200, headers: [:], body: answer.body).decoded(as: UnreadObject.self).id
    }
}
