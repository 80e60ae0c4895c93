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
            Route(.get, "/thanks", .open, isPage: true, thanks),
            Route(.get, "/pages.css", .open, query: ["v"], .serves { Pages.style(version: $0.query["v"]) }),
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

    /// Where a Checkout page leads that was made without an address to go on to. Anybody may open it: it says nothing
    /// about any payment.
    private var thanks: Work {
        .serves { [pages] _ in
            pages.answer(
                Page(
                    "Thank you",
                    "Your payment is with Stripe, and is added to your balance as soon as it has settled. "
                        + "You can close this page."))
        }
    }

    /// The way back from Stripe says nothing of how it went, so Stripe is asked.
    private var returned: Work {
        .serves { [worker, pages] call in
            let id = try call.id("id", ConnectedAccount.self, orElse: .unknown("link"))
            let token = call.query["token"] ?? ""
            let visit = try await worker.onboarding.returned(id, token: token)
            if let next = visit.returnURL { return .seeOther(next) }
            var page = Page(standingOf: visit.account)
            if [.incomplete, .restricted].contains(visit.account.status) {
                // The token is one of ours, so it needs no escaping in a URL.
                page.step = ("/connect/\(id)/refresh?token=\(token)", "Continue at Stripe")
            }
            return pages.answer(page)
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
            return pages.answer(Page(standingOf: account))
        }
    }
}
