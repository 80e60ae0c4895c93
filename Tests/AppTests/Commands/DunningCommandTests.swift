import Testing

@testable import App

/// What the terminal shows of a charge that was not paid.
struct DunningCommandTests {
    @Test func `a declined charge shows its next try and its tries, and an alert tells of it`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let set = try await office.run(
            "accounts", "update", "Shop", "--dunning-retry-days", "2,4", "--dunning-at-end", "block",
            "--dunning-give-up-days", "10")
        #expect(set.status == 0, "\(set.err)")
        try await office.customer("bob", card: "pm_card_chargeCustomerFail")
        try await office.use(5_000_000, by: "bob")
        let declined = try await office.run("charge", "bob", "--wait")
        #expect(declined.out.contains(/next try +2/), "\(declined.out)")
        let id = String(try #require(declined.out.firstMatch(of: /bchg_\w+/)).output)
        #expect(try await office.run("charges", "list").out.contains("NEXT TRY"))
        let attempts = try await office.run("charges", "attempts", id)
        #expect(attempts.out.contains(/declined +generic_decline/), "\(attempts.out)")
        #expect(try await office.run("charges", "attempts", id, "--json").out.contains("\"has_more\":false"))
        let alerts = try await office.run("alerts", "--kind", "charge_failed")
        #expect(alerts.out.contains(id) && alerts.out.contains("charge_failed"), "\(alerts.out)")
    }

    @Test func `terms of dunning that cannot hold are refused`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        for flags in [
            ["--dunning-retry-days", "0"], ["--dunning-give-up-days", "3"], ["--dunning-at-end", "forget"],
            ["--dunning-retry-days", "soon"],
        ] {
            #expect(try await office.run(["accounts", "update", "Shop"] + flags).status != 0, "\(flags)")
        }
        let off = ["accounts", "update", "Shop", "--dunning-retry-days", "off", "--json"]
        #expect(try await office.run(off).out.contains("\"retry_days\":[]"))
    }
}
