import Billing
import Foundation
import Ledger
import Testing

@Suite struct PlanTermsTests {
    private let full = """
        {"allowed_models":["gpt-5*","anthropic/*"],"bands":[{"action":"notify","at_percent":80},\
        {"action":"throttle","at_percent":100},{"action":"block","at_percent":120}],"flat_fee_micros":500,\
        "limits":{"day":{"requests":100,"tokens":5000},"month":{"cost_micros":7000000,"spend_micros":9000000},\
        "requests_per_minute":10},"markup_percent":12.5,"overage":"throttle","prepaid":true}
        """

    @Test func `terms are written as they were read`() throws {
        let terms = try PlanTerms(json: full)
        #expect(try terms.json() == full)
        #expect(
            terms.limits?.all.map(\.name.description) == [
                "requests_per_minute", "day.requests", "day.tokens", "month.cost_micros", "month.spend_micros",
            ])
        #expect(terms.limits?.all.map(\.cap) == [10, 100, 5000, 7_000_000, 9_000_000])
        #expect(terms.markupPercent?.partsPerMillion == 125_000)
        #expect(try PlanTerms(json: "{}") == PlanTerms())
        #expect(try PlanTerms().json() == "{}")
    }

    @Test(arguments: [
        (#"{"limits":{"day":{"requests":-1}}}"#, "limits.day.requests", "at least 0"),
        (#"{"limits":{"requests_per_minute":-5}}"#, "limits.requests_per_minute", "at least 0"),
        (#"{"limits":{"month":{"tokens":1.5}}}"#, "limits.month.tokens", "a whole number"),
        (#"{"limits":{"month":{"tokens":"10"}}}"#, "limits.month.tokens", "a whole number"),
        (#"{"limits":{"month":{"tokens":99999999999999999999}}}"#, "limits.month.tokens", "a whole number"),
        (#"{"limits":{"week":{"tokens":5}}}"#, "limits.week", "there are day, month"),
        (#"{"limits":{"month":{"token":5}}}"#, "limits.month.token", "there are requests, tokens"),
        (#"{"limits":7}"#, "limits", "an object"),
        (#"{"limit":{}}"#, "limit", "no field"),
        (#"{"bands":{}}"#, "bands", "a list"),
        (
            #"{"bands":[{"at_percent":90,"action":"notify"},{"at_percent":90,"action":"block"}]}"#,
            "bands.1.at_percent", "above the one before"
        ),
        (#"{"bands":[{"at_percent":1001,"action":"notify"}]}"#, "bands.0.at_percent", "0 to 1000"),
        (#"{"bands":[{"at_percent":-1,"action":"notify"}]}"#, "bands.0.at_percent", "0 to 1000"),
        (#"{"bands":[{"at_percent":90}]}"#, "bands.0.action", "missing"),
        (#"{"bands":[{"at_percent":90,"action":"scold"}]}"#, "bands.0.action", "notify, throttle, block"),
        (
            #"{"bands":[{"at_percent":90,"action":"block"},{"at_percent":95,"action":"notify"}]}"#,
            "bands.1.action", "nothing comes after"
        ),
        (#"{"overage":"explode"}"#, "overage", "block, throttle, alert"),
        (#"{"allowed_models":[]}"#, "allowed_models", "1 to 100"),
        (#"{"allowed_models":["gpt-5*","a b"]}"#, "allowed_models.1", "a model's name"),
        (#"{"allowed_models":["gpt-[45]"]}"#, "allowed_models.0", "a model's name"),
        (#"{"allowed_models":[""]}"#, "allowed_models.0", "a model's name"),
        (#"{"markup_percent":-100.1}"#, "markup_percent", "-100"),
        (#"{"markup_percent":1.00001}"#, "markup_percent", "at most 4 decimals"),
        (#"{"markup_percent":true}"#, "markup_percent", "a number"),
        (#"{"flat_fee_micros":-1}"#, "flat_fee_micros", "at least 0"),
        (#"{"prepaid":"yes"}"#, "prepaid", "true or false"),
    ])
    func `what cannot hold is refused with the way to the field`(json: String, field: String, sentence: String) {
        let error = #expect(throws: BillingError.self) { try PlanTerms(json: json) }
        #expect(error?.code == "bad_terms")
        #expect(error?.field == field)
        #expect(error?.detail.contains(sentence) == true, "\(error?.detail ?? "")")
    }

    @Test(arguments: ["", "{", "[]", "null", "7", "{\"limits\":{}"])
    func `what is no JSON object is refused`(json: String) {
        let error = #expect(throws: BillingError.self) { try PlanTerms(json: json) }
        #expect(error?.code == "bad_terms" && error?.field == nil)
    }

    @Test func `without bands of its own a plan notifies at 90 and does its overage at 100`() {
        for (overage, action) in [(nil, .block), (.throttle, .throttle), (.alert, .notify)]
            as [(Overage?, GraceBand.Action)]
        {
            #expect(
                PlanTerms(overage: overage).bandsInForce == [
                    GraceBand(atPercent: 90, action: .notify), GraceBand(atPercent: 100, action: action),
                ])
        }
    }

    @Test func `bands of a plan's own hold alone as soon as one is at the limit or above it`() {
        let above = [GraceBand(atPercent: 100, action: .throttle), GraceBand(atPercent: 150, action: .block)]
        #expect(PlanTerms(bands: above).bandsInForce == above)
        let below = [GraceBand(atPercent: 50, action: .notify)]
        #expect(PlanTerms(bands: below).bandsInForce == below + [GraceBand(atPercent: 100, action: .block)])
        #expect(PlanTerms(overage: .alert, bands: []).bandsInForce == [GraceBand(atPercent: 100, action: .notify)])
    }

    @Test func `an account's own limits are read, written and checked with its terms`() throws {
        var terms = BillingTerms()
        terms.limits = Limits(month: Limits.Caps(costMicros: 5_000_000))
        terms.overage = .alert
        try terms.check()
        let written = try JSONEncoder().encode(terms)
        #expect(try JSONDecoder().decode(BillingTerms.self, from: written) == terms)
        #expect(terms.inForce.limits.all.count == 1 && terms.inForce.bands.map(\.action) == [.notify, .notify])
        terms.limits?.month?.costMicros = -1
        #expect(#expect(throws: BillingError.self) { try terms.check() }?.field == "limits.month.cost_micros")
    }
}

@Suite struct PlanTests {
    private func plan(slug: String = "pro", name: String = "Pro", isDefault: Bool = false, archived: Bool = false)
        -> Plan
    {
        let now = Instant(secondsSince1970: 0)
        return Plan(
            id: Plan.ID(stored: "bpln_1"), account: ConnectedAccount.ID(stored: "bacc_1"), slug: slug, name: name,
            isDefault: isDefault, terms: PlanTerms(), archivedAt: archived ? now : nil, createdAt: now, updatedAt: now)
    }

    @Test(arguments: ["a", "pro", "pro-monthly_2", "2026", String(repeating: "x", count: 40)])
    func `a short name of small letters, digits, dashes and underscores is a slug`(slug: String) {
        #expect(plan(slug: slug).fault == nil)
    }

    @Test(arguments: ["", "Pro", "-pro", "_x", "pro plan", "prö", "a/b", String(repeating: "x", count: 41)])
    func `anything else is none`(slug: String) { #expect(plan(slug: slug).fault?.field == "slug") }

    @Test func `a plan has a name, and is not both archived and the default`() {
        #expect(plan(name: "").fault?.field == "name")
        #expect(plan(isDefault: true).fault == nil && plan(archived: true).fault == nil)
        #expect(plan(isDefault: true, archived: true).fault?.field == "is_default")
    }
}
