import Testing

@testable import App

/// What a newcomer is told: by commands, in the merchant's own names.
struct QuotaCommandTests {
    @Test func `a check of a customer who is not there yet says so`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let nobody = try await office.run("quota", "check", "nobody", "--amount-micros", "10")
        #expect(nobody.status == 0 && nobody.out.hasPrefix("There is no customer nobody yet"), "\(nobody)")
        try await office.use(10, by: "ada")
        #expect(try await office.run("quota", "check", "ada", "--amount-micros", "10").out.hasPrefix("Allowed"))
    }

    @Test func `hints name commands, and no routes`() async throws {
        #expect(
            commandsForRoutes(in: "make a link first: POST /v1/accounts/bacc_1/onboarding_links")
                == "make a link first: `bursar connect bacc_1`")
        for (hint, command) in [
            ("captures: POST /v1/authorizations/{id}/capture", "captures: `bursar holds capture`"),
            ("credit instead (POST /v1/customers/{id}/grants)", "credit instead (`bursar customers grant`)"),
            ("used with POST /v1/usage", "used with `bursar usage record`"),
        ] {
            #expect(commandsForRoutes(in: hint) == command)
        }
        let office = try await TestOffice()
        try await office.openShop()
        let unknown = try await office.run(
            "usage", "record", "--id", "1", "--customer", "ada", "--model", "nameless", "--quantity", "input_tokens=1")
        #expect(unknown.out.contains("`bursar prices set`") && !unknown.out.contains("/v1/"), "\(unknown)")
        let plan = try await office.run("customers", "create", "bob", "--plan", "gold")
        #expect(plan.err.contains("`bursar plans list`"), "\(plan)")
        let event = try await office.run("explain", "busg_01kb0000000000000000000000")
        #expect(event.err.contains("`bursar usage list CUSTOMER`"), "\(event)")
        let short = try await office.run("alerts", "--after", "balt_1")
        #expect(short.err.contains("too short for the id of an alert"), "\(short)")
    }

    @Test func `tables of keys show customers by the merchant's names`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.run("customers", "create", "ada")
        try await office.run("keys", "create", "laptop", "--customer", "ada")
        #expect(try await office.run("keys", "list").out.contains(/laptop +…\S+ +ada/))
    }

    @Test func `an export takes dates as reports do`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.use(10, by: "ada")
        let export = try await office.run("usage", "export", "--from", "2020-01-01", "--to", "2999-01-01")
        #expect(export.status == 0 && export.out.contains("use-1"), "\(export)")
    }
}
