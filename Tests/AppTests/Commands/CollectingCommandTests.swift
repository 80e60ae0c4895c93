import Stripe
import Testing

@testable import App

/// Usage, top-ups, charges.
struct CollectingCommandTests {
    @Test func `usage is recorded once, and shows in the balance`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.use(1_500_000, by: "ada")
        let again = try await office.run(
            "usage", "record", "--id", "use-1", "--customer", "ada", "--cost-micros", "1500000")
        #expect(again.out.contains("0 accepted, 1 there already, 0 rejected"))
        let balance = try await office.run("customers", "balance", "ada")
        #expect(balance.out.contains(/accrued +1\.50 USD/))
        let json = try await office.run("customers", "balance", "ada", "--json").json
        #expect((json["accrued"] as? [String: Any])?["micros"] as? Int == 1_500_000)
        #expect(try await office.run("usage", "list", "ada").out.contains("use-1"))
    }

    @Test func `usage is priced by the list, summed up, explained and taken back`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let used = try await office.run(
            "usage", "record", "--id", "use-2", "--customer", "ada", "--provider", "openai", "--model", "gpt-5",
            "--quantity", "input_tokens=1200", "--quantity", "output_tokens=340.5", "--feature", "chat")
        #expect(used.status == 0 && used.out.contains(/busg_[0-9a-z]{26}: 0\.0049/), "\(used)")
        let report = ["usage", "report", "--from", "2026-01-01", "--to", "2030-01-01", "--group-by", "customer,model"]
        #expect(try await office.run(report).out.contains(/ada +gpt-5 +1 +1540/))
        #expect(try await office.run(report + ["--json"]).out.contains("\"external_id\":\"ada\""))
        #expect(try await office.run(report + ["--feature", "none"]).out.contains("No usage between"))
        let listed = try await office.run("usage", "list", "ada", "--json").out
        let event = try #require(listed.firstMatch(of: /busg_[0-9a-z]{26}/)).output
        let explained = try await office.run("explain", String(event))
        #expect(explained.out.contains("1200 input_tokens × 0.00000125 USD"))
        let corrected = try await office.run("usage", "correct", String(event), "--reason", "reported twice")
        #expect(corrected.status == 0, "\(corrected.err)")
        #expect(try await office.run("explain", String(event)).out.contains("Taken back by busg_"))
        #expect(try await office.run("usage", "correct", String(event), "--reason", "x", "--id", "y").status != 0)
    }

    @Test func `margins are told by group and in all, and a page says what the next one begins after`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        for customer in ["ada", "bob", "cy"] {
            try await office.run(
                "usage", "record", "--id", customer, "--customer", customer, "--cost-micros", "1000000")
        }
        let margins = ["margins", "--from", "2026-01-01", "--to", "2030-01-01", "--group-by", "customer"]
        let all = try await office.run(margins)
        #expect(all.out.contains(/ada +1 +1\.00 USD/) && all.out.contains("In all: "), "\(all)")
        let json = try await office.run(margins + ["--limit", "2", "--json"]).json
        #expect((json["total"] as? [String: Any])?["revenue_micros"] as? Int == 3_000_000)
        for command in [margins, ["usage", "report"] + margins.dropFirst()] {
            let first = try await office.run(command + ["--limit", "2"])
            let next = try #require(first.err.firstMatch(of: /--after (group_[0-9a-f]+)/)).1
            let second = try await office.run(command + ["--limit", "2", "--after", String(next)])
            #expect(second.status == 0 && second.out.contains(/1\.00 USD/), "\(second)")
        }
        let none = try await office.run("margins", "--from", "2026-01-01", "--to", "2026-01-02")
        #expect(none.out.contains("Nothing was used"), "\(none)")
    }

    @Test func `a file of usage is taken line by line, and what is wrong is named by its line`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let folder = try TemporaryFolder()
        let lines = (1...1_200).map { #"{"id": "e\#($0)", "customer": "ada", "cost_micros": 10}"# }
        let file = try folder.write(
            (lines + ["", "no JSON", #"{"id": "e1", "customer": "bob", "cost_micros": 10}"#]).joined(separator: "\n"),
            to: "events.ndjson")
        let outcome = try await office.run("usage", "record", "--file", file)
        #expect(outcome.status == 1)
        #expect(outcome.out.contains("1200 accepted, 0 there already, 2 rejected"))
        #expect(outcome.out.contains("line 1202: "))
        #expect(outcome.out.contains("line 1203: "))
        let again = try await office.run("usage", "record", "--file", file, "--json")
        #expect(try again.json["duplicate"] as? Int == 1_200)
        #expect(try await office.run("usage", "record", "--file", folder.path(of: "none")).status == 65)
    }

    @Test func `a charge is sent, and its status is the exit status with wait`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.customer("ada")
        try await office.use(5_000_000, by: "ada")
        let paid = try await office.run("charge", "ada", "--wait", "--json")
        #expect(paid.status == 0)
        #expect(try paid.text("status") == "paid")
        let list = try await office.run("charges", "list")
        #expect(list.out.contains("5.00 USD"))
        #expect(list.out.contains("paid"))
        let shown = try await office.run("charges", "show", try paid.text("id"))
        #expect(shown.out.contains(/status +paid/))
        let nothing = try await office.run("charge", "ada")
        #expect(nothing.status == 65)
        #expect(nothing.err.contains("the least that can be charged is 0.50 USD"))
    }

    @Test func `a declined charge says why and what to do, and can be given up`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.customer("bob", card: "pm_card_chargeCustomerFail")
        try await office.use(5_000_000, by: "bob")
        let declined = try await office.run("charge", "bob", "--wait")
        #expect(declined.status == 1)
        #expect(declined.out.contains(/status +failed/))
        #expect(declined.out.contains("next step"))
        let id = try #require(declined.out.firstMatch(of: /bchg_\w+/)).output
        #expect(try await office.run("charges", "list", "--status", "failed", "--json").out.contains(id))
        let canceled = try await office.run("charges", "cancel", String(id), "--json")
        #expect(try canceled.text("status") == "canceled")
        #expect(try await office.run("customers", "balance", "bob").out.contains(/accrued +5\.00 USD/))
        #expect(try await office.run("charges", "retry", String(id)).status == 65)
    }

    @Test func `a charge that needs the customer shows the link`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.customer("carol", card: "pm_card_authenticationRequired")
        try await office.use(5_000_000, by: "carol")
        let charge = try await office.run("charge", "carol", "--wait", "--json")
        #expect(charge.status == 1)
        #expect(try charge.text("status") == "requires_action")
        #expect(try charge.text("payment_url").hasPrefix("https://bill.example/pay/bchg_"))
    }

    @Test func `a top-up prints the page on which the customer pays`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let topUp = try await office.run("top-up", "ada", "20.00", "--json")
        #expect(try topUp.text("status") == "open")
        #expect(try topUp.text("url").hasPrefix("http://stripe.test/c/pay/"))
        #expect(try await office.run("top-up", "ada", "20.005").status == 64)
        #expect(try await office.run("top-up", "ada", "0.10").status == 65)
    }

    @Test func `when Stripe is away the status says that it may be tried again`() async throws {
        let office = try await TestOffice(answers: { _ in .failure(.init(.unavailable, .connectionFailed)) })
        try await office.openShop()
        let topUp = try await office.run("top-up", "ada", "20.00")
        #expect(topUp.status == 69)
        #expect(topUp.err.contains("Stripe could not be reached"))
    }
}
