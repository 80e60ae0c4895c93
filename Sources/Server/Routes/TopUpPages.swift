import Billing
import HTTPTypes
import Ledger
import NIOCore
import Storage
import Worker

/// Where a customer fills their wallet. The token in the link opens this customer's page and nothing else.
struct TopUpPages {
    let worker: BillingWorker
    let pages: Pages

    var routes: [Route] {
        [
            Route(.get, "/top-up/{customer_id}", .open, query: ["token"], isPage: true, show),
            Route(.post, "/top-up/{customer_id}", .open, body: .form, isPage: true, pay),
        ]
    }

    private var show: Work {
        .serves { call in
            let token = call.query["token"] ?? ""
            return pages.answer(page(of: try await visit(call, token: token), token: token))
        }
    }

    /// Sends the browser on to Stripe, or shows the form again with what is wrong.
    private var pay: Work {
        .serves { call in
            let form = PercentCoding.fields(Substring(String(buffer: call.body))) ?? [:]
            let token = form["token"] ?? ""
            let visit = try await self.visit(call, token: token)
            guard visit.obstacle == nil else { return pages.answer(page(of: visit, token: token), status: 409) }
            let typed = form["amount"]?.filter { !$0.isWhitespace } ?? ""
            guard let amount = try worker.context.currencies.minor(typed: typed, visit.account.currency) else {
                let name = visit.account.currency.code.uppercased()
                return again(visit, token, typed, "Write an amount in \(name), for example \(example(visit)).")
            }
            do {
                return .seeOther(try await worker.topUpLinks.pay(amount, visit.customer.id, token: token))
            } catch let error as WorkerError where error.field == "amount" {
                return again(visit, token, typed, Pages.sentence(error.detail))
            }
        }
    }

    private func visit(_ call: Call, token: String) async throws -> TopUpVisit {
        let id = try call.id("customer_id", Customer.self, orElse: .unknown("page"))
        return try await worker.context.database.read { tx in try worker.topUpLinks.visit(id, token: token, in: tx) }
    }

    private func page(of visit: TopUpVisit, token: String) -> Page {
        let merchant = visit.account.name
        var page: Page
        switch visit.obstacle {
        case .noPayments:
            page = Page("No payments now", "\(merchant) takes no payments at the moment. You were not charged.")
            page.badge = ("Not possible", .wait)
        case .blocked:
            page = Page("Nothing can be added", "Your access is blocked. Ask \(merchant) why.")
            page.badge = ("Not possible", .bad)
        case nil:
            page = Page("Add to your balance", "You pay on Stripe's page. What you pay is added to your balance.")
            page.form = ("/top-up/\(visit.customer.id)", token, "Continue to payment")
            page.field = ("amount", "Amount in \(visit.account.currency.code.uppercased())", "")
            page.note = "From \(text(visit.least, visit)) to \(text(visit.most, visit))."
            page.facts = [("Balance", text(whole(visit.balance), visit))]
        }
        page.facts.append(("At", merchant))
        return page
    }

    private func again(_ visit: TopUpVisit, _ token: String, _ typed: String, _ advice: String) -> Answer {
        var page = page(of: visit, token: token)
        page.badge = ("Not yet", .bad)
        page.lead = advice
        page.field?.value = String(typed.prefix(30))
        return pages.answer(page, status: 400)
    }

    private func example(_ visit: TopUpVisit) -> String {
        worker.context.currencies.digits(Money(micros: 20_000_000, visit.account.currency))
    }

    private func text(_ minor: Int64, _ visit: TopUpVisit) -> String {
        AmountText.text(minor, visit.account.currency, worker.context.currencies)
    }

    private func whole(_ money: Money) -> Int64 { (try? worker.context.currencies.wholeMinor(money)) ?? 0 }
}
