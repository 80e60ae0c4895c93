import Billing
import HTTPTypes
import NIOCore
import Storage
import Worker

/// What a merchant's customer sees who has to finish a payment. The token in the link opens this charge and nothing
/// else.
struct PaymentPages {
    let worker: BillingWorker
    let pages: Pages

    var routes: [Route] {
        [
            Route(.get, "/pay/{charge_id}", .open, query: ["token"], isPage: true, show),
            Route(.post, "/pay/{charge_id}", .open, body: .form, isPage: true, begin),
            Route(.get, "/pay/{charge_id}/done", .open, query: ["token"], isPage: true, done),
        ]
    }

    private var show: Work {
        .serves { call in
            if let id = TopUp.ID(call.parameter("charge_id")) { return try await show(id, call) }
            let id = try Self.charge(call)
            let token = call.query["token"] ?? ""
            let charge = try await worker.context.database.read { tx in
                try worker.finishing.charge(id, token: token, in: tx)
            }
            return pages.answer(try await page(of: charge, token: token))
        }
    }

    /// Sends the browser on to Stripe, or says how the charge stands when there is nothing left to do.
    private var begin: Work {
        .serves { call in
            let form = PercentCoding.fields(Substring(String(buffer: call.body))) ?? [:]
            let token = form["token"] ?? ""
            if let id = TopUp.ID(call.parameter("charge_id")) { return try await begin(id, token: token) }
            let id = try Self.charge(call)
            switch try await worker.finishing.begin(id, token: token) {
            case .redirect(let url): return .seeOther(url)
            case .settled(let charge): return pages.answer(try await page(of: charge, token: token))
            }
        }
    }

    /// The way back from the bank says nothing of how it went, so Stripe is asked.
    private var done: Work {
        .serves { call in
            if let id = TopUp.ID(call.parameter("charge_id")) { return try await done(id, call) }
            let id = try Self.charge(call)
            let token = call.query["token"] ?? ""
            let charge = try await worker.finishing.refresh(id, token: token)
            return pages.answer(try await page(of: charge, token: token))
        }
    }

    private static func charge(_ call: Call) throws -> Charge.ID {
        try call.id("charge_id", Charge.self, orElse: .unknown("payment"))
    }

    private func page(of charge: Charge, token: String) async throws -> Page {
        let account = try await worker.context.database.read { tx in try worker.accounts.get(charge.account, in: tx) }
        var page = Self.standing(of: charge, merchant: account.name)
        page.figure = AmountText.text(charge.amount, charge.currency, worker.context.currencies)
        page.facts = [("To", account.name), ("Reference", charge.id.text)]
        if worker.charging.paymentPage(of: charge) != nil {
            let label = charge.status == .requiresAction ? "Continue to your bank" : "Try again"
            page.form = ("/pay/\(charge.id)", token, label)
        }
        return page
    }

    private static func standing(of charge: Charge, merchant: String) -> Page {
        switch charge.status {
        case .requiresAction:
            var page = Page("Confirm your payment", "Your bank wants you to confirm this payment to \(merchant).")
            page.badge = ("Waiting for you", .wait)
            return page
        case .failed:
            var page = Page("The payment did not go through", advice(charge, merchant))
            page.badge = ("Not paid", .bad)
            return page
        case .pending:
            var page = Page(
                "Your payment is on its way", "\(merchant) has been told. There is nothing more to do here.")
            page.badge = ("In progress", .wait)
            return page
        case .paid:
            var page = Page("Thank you", "Your payment to \(merchant) has arrived. You can close this page.")
            page.badge = ("Paid", .good)
            return page
        case .canceled:
            var page = Page("Nothing to pay", "This payment was canceled. You were not charged.")
            page.badge = ("Canceled", .wait)
            return page
        }
    }

    /// Says what to do and never why the bank declined, which Stripe asks not to reveal.
    private static func advice(_ charge: Charge, _ merchant: String) -> String {
        switch DeclineAdvice(declineCode: charge.reason ?? "", adviceCode: charge.adviceCode) {
        case .finishPayment: "Your bank wants you to confirm the payment."
        case .useAnotherMethod: "Your card was declined. Ask \(merchant) how to pay with another one."
        case .confirmCardData: "Your card was declined. Its details may have changed; give \(merchant) the new ones."
        case .tryLater: "Your card was declined for now. You can try again here, or wait a day."
        case .contactBank: "Your card was declined. Your bank can tell you why; you can try again here."
        }
    }
}
