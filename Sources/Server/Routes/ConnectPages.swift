import Billing
import HTTPTypes
import Storage
import Worker

/// What a merchant's browser sees on its way from and to Stripe.
struct ConnectPages {
    let worker: BillingWorker
    let pages: Pages

    var routes: [Route] {
        [
            Route(.get, "/", .open, isPage: true, home),
            Route(.get, "/pages.css", .open, .serves { _ in Pages.style }),
            Route(.get, "/connect/{id}/return", .open, query: ["token"], isPage: true, returned),
            Route(.get, "/connect/{id}/refresh", .open, query: ["token"], isPage: true, refresh),
            Route(.get, "/connect/oauth/callback", .open, query: ["code", "state", "error"], isPage: true, callback),
        ]
    }

    private var home: Work {
        .serves { [pages] _ in
            var page = Page(
                "Bursar",
                "This is a billing worker: it meters, charges and keeps the books of AI apps on Stripe Connect.")
            page.links = [("/openapi.yaml", "The API, described in OpenAPI"), ("/healthz", "Is it alive?")]
            page.note = "If you came here to pay or to connect Stripe, open the link that you were sent."
            return pages.answer(page)
        }
    }

    /// The way back from Stripe says nothing of how it went, so Stripe is asked.
    private var returned: Work {
        .serves { [worker, pages] call in
            let id = try call.id("id", ConnectedAccount.self, orElse: .unknown("link"))
            let visit = try await worker.onboarding.returned(id, token: call.query["token"] ?? "")
            if let next = visit.returnURL { return .seeOther(next) }
            return pages.answer(Self.page(of: visit.account))
        }
    }

    /// Links of Stripe's work once and for minutes, so one that is used up is made anew.
    private var refresh: Work {
        .serves { [worker] call in
            let id = try call.id("id", ConnectedAccount.self, orElse: .unknown("link"))
            return .seeOther(try await worker.onboarding.freshLink(id, token: call.query["token"] ?? ""))
        }
    }

    private var callback: Work {
        .serves { [worker, pages] call in
            let account = try await worker.onboarding.oauthCallback(
                code: call.query["code"], state: call.query["state"], error: call.query["error"])
            return pages.answer(Self.page(of: account))
        }
    }

    private static func page(of account: ConnectedAccount) -> Page {
        let (title, lead, badge): (String, String, (String, Page.Tone)) =
            switch account.status {
            case .connected:
                (
                    "Stripe is connected", "Payments to \(account.name) can be taken now. You can close this page.",
                    ("Connected", .good)
                )
            case .restricted:
                (
                    "Stripe needs more from you", "Stripe does not take payments for \(account.name) yet.",
                    ("Restricted", .wait)
                )
            case .incomplete:
                (
                    "Not finished yet", "Stripe does not have all it needs for \(account.name) yet.",
                    ("Incomplete", .wait)
                )
            case .disconnected:
                ("Stripe is disconnected", "\(account.name) is no longer connected.", ("Disconnected", .bad))
            case .unbilled:
                ("Nothing to connect", "\(account.name) is metered and never charged.", ("Unbilled", .wait))
            }
        var page = Page(title, lead)
        page.badge = badge
        page.note = account.nextStep.map(Pages.sentence)
        if !account.requirementsDue.isEmpty {
            page.facts = [("Stripe asks for", account.requirementsDue.prefix(8).joined(separator: ", "))]
        }
        return page
    }
}
