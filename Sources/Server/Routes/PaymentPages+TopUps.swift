import Billing
import NIOCore
import Storage
import Worker

/// The same pages for an automatic top-up that the customer's bank wants confirmed.
extension PaymentPages {
    func show(_ id: TopUp.ID, _ call: Call) async throws -> Answer {
        let token = call.query["token"] ?? ""
        let topUp = try await worker.context.database.read { tx in
            try worker.topUpFinishing.topUp(id, token: token, in: tx)
        }
        return pages.answer(try await page(of: topUp, token: token))
    }

    func begin(_ id: TopUp.ID, token: String) async throws -> Answer {
        switch try await worker.topUpFinishing.begin(id, token: token) {
        case .redirect(let url): .seeOther(url)
        case .settled(let topUp): pages.answer(try await page(of: topUp, token: token))
        }
    }

    func done(_ id: TopUp.ID, _ call: Call) async throws -> Answer {
        let token = call.query["token"] ?? ""
        return pages.answer(
            try await page(of: try await worker.topUpFinishing.refresh(id, token: token), token: token))
    }

    private func page(of topUp: TopUp, token: String) async throws -> Page {
        let account = try await worker.context.database.read { tx in try worker.accounts.get(topUp.account, in: tx) }
        var page = Self.standing(of: topUp, merchant: account.name)
        page.figure = AmountText.text(topUp.amount, topUp.currency, worker.context.currencies)
        page.facts = [("To", account.name), ("Reference", topUp.id.text)]
        if topUp.status == .open { page.form = ("/pay/\(topUp.id)", token, "Continue to your bank") }
        return page
    }

    private static func standing(of topUp: TopUp, merchant: String) -> Page {
        switch topUp.status {
        case .open:
            var page = Page(
                "Confirm your top-up", "Your bank wants you to confirm that your balance at \(merchant) is filled.")
            page.badge = ("Waiting for you", .wait)
            return page
        case .creating, .pending:
            var page = Page("Your top-up is on its way", "There is nothing more to do here.")
            page.badge = ("In progress", .wait)
            return page
        case .paid:
            var page = Page("Thank you", "Your balance at \(merchant) is filled. You can close this page.")
            page.badge = ("Paid", .good)
            return page
        case .failed, .expired:
            var page = Page("The top-up did not go through", "You were not charged. Ask \(merchant) how to pay.")
            page.badge = ("Not paid", .bad)
            return page
        }
    }
}
