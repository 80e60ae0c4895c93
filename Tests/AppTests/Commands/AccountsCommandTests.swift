import Billing
import Storage
import Testing
import Worker

@testable import App

struct AccountsCommandTests {
    @Test func `a merchant is made, listed, shown and changed`() async throws {
        let office = try await TestOffice()
        let empty = try await office.run("accounts", "list")
        #expect(empty.out.contains("bursar accounts create"))

        let made = try await office.run(
            "accounts", "create", "--name", "Ada's AI", "--currency", "usd", "--stripe", "connect", "--markup-percent",
            "12.5",
            "--application-fee-fixed", "0.10", "--top-up-minimum", "5", "--json")
        #expect(made.status == 0)
        let id = try made.text("id")
        #expect(try made.text("status") == "incomplete")
        #expect(try made.json["markup_percent"] as? Double == 12.5)
        #expect(try (made.json["application_fee_fixed"] as? [String: Any])?["amount"] as? Int == 10)
        #expect(try (made.json["top_up_minimum"] as? [String: Any])?["amount"] as? Int == 500)

        #expect(try await office.run("accounts", "list").out.contains("\(id)  Ada's AI  incomplete"))
        #expect(try await office.run("accounts", "show", "Ada's AI").out.contains("12.5 %"))
        let changed = try await office.run(
            "accounts", "update", id, "--top-up-minimum", "none", "--cycle", "monthly", "--json")
        #expect(try changed.text("cycle") == "monthly")
        #expect(try changed.json["top_up_minimum"] is String == false)
    }

    @Test(arguments: [
        (["--name", "A", "--currency", "usd"], 64, "--stripe"),
        (["--name", "A", "--currency", "usd", "--stripe", "paypal"], 65, "stripe must be connect, platform or none"),
        (["--name", "A", "--currency", "xxx", "--stripe", "none"], 65, "currency must be"),
        (["--name", "A", "--currency", "usd", "--stripe", "none", "--markup-percent", "much"], 64, "for example 12.5"),
        (["--name", "A", "--currency", "jpy", "--stripe", "none", "--charge-threshold", "5.00"], 64, "for example 20"),
    ])
    func `what is wrong with a new merchant is said`(arguments: [String], status: Int32, message: String) async throws {
        let office = try await TestOffice()
        let outcome = try await office.run("accounts", "create", arguments)
        #expect(outcome.status == status)
        #expect(outcome.err.contains(message), "\(outcome.err)")
        #expect(outcome.out.isEmpty)
    }

    @Test func `an unknown merchant is refused with what to do`() async throws {
        let office = try await TestOffice()
        let unknown = try await office.run("accounts", "show", "Nobody")
        #expect(unknown.status == 65)
        #expect(unknown.err == "bursar: there is no account Nobody; `bursar accounts list` shows them\n")
        let asJSON = try await office.run("accounts", "show", "Nobody", "--json")
        #expect(asJSON.err.contains("\"code\" : \"not_found\""))
    }

    @Test func `a name that two merchants have is not enough`() async throws {
        let office = try await TestOffice()
        for _ in 1...2 {
            _ = try await office.run("accounts", "create", "--name", "Twin", "--currency", "usd", "--stripe", "none")
        }
        let third = try await office.run(
            "accounts", "create", "--name", "Twin", "--currency", "usd", "--stripe", "none", "--json")
        #expect(third.err.contains("There is another account called Twin"))
        let twin = try await office.run("accounts", "show", "Twin")
        #expect(twin.status == 65)
        #expect(twin.err.contains("3 accounts are called Twin"))
        let customers = try await office.run("customers", "list")
        #expect(customers.err.contains("name one with --account"))
    }

    @Test func `a page says how to go on, and the next one goes on there`() async throws {
        let office = try await TestOffice()
        for number in 1...3 {
            try await office.run("accounts", "create", "--name", "M\(number)", "--currency", "usd", "--stripe", "none")
        }
        let first = try await office.run("accounts", "list", "--limit", "2")
        let next = try #require(first.err.firstMatch(of: /--after (bacc_\w+)/)).output.1
        let second = try await office.run("accounts", "list", "--limit", "2", "--after", String(next), "--json")
        let names = try (second.json["data"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names == ["M1"])
        #expect(try second.json["has_more"] as? Bool == false)
        #expect(try await office.run("accounts", "list", "--limit", "101").status == 64)
        #expect(try await office.run("accounts", "list", "--after", "nonsense").status == 65)
    }

    @Test func `a key's secret is shown once, and opens nothing after it was revoked`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let minted = try await office.run("accounts", "keys", "create", "Shop", "--name", "server", "--json")
        let (id, secret) = (try minted.text("id"), try minted.text("secret"))
        #expect(secret.hasPrefix("bursar_"))
        #expect(try await office.run("accounts", "keys", "list", "Shop", "--json").out.contains(secret) == false)
        let before = try await office.worker.context.database.read { [worker = office.worker] tx in
            try worker.keys.authenticate(secret, in: tx)
        }
        #expect(before?.id.text == id)
        #expect(try await office.run("accounts", "keys", "revoke", "Shop", "--key", id).status == 0)
        let after = try await office.worker.context.database.read { [worker = office.worker] tx in
            try worker.keys.authenticate(secret, in: tx)
        }
        #expect(after == nil)
        #expect(try await office.run("accounts", "keys", "list").status == 64)
    }

    @Test func `connect prints the onboarding address and ends when Stripe says connected`() async throws {
        let office = try await TestOffice()
        let made = try await office.run(
            "accounts", "create", "--name", "Ada", "--currency", "usd", "--stripe", "connect", "--json")
        let link = try await office.run("connect", "Ada", "--no-wait", "--json")
        #expect(try link.text("url").hasPrefix("http://stripe.test/setup/"))
        let account = try await office.run("accounts", "show", "Ada", "--json").text("stripe_account")
        _ = try await office.stripe("/_sandbox/accounts/\(account)/onboard")
        let connected = try await office.run("connect", try made.text("id"), "--json")
        #expect(connected.status == 0)
        #expect(connected.err.contains("http://stripe.test/setup/"))
        #expect(try connected.text("status") == "connected")
        let again = try await office.run("connect", "Ada", "--json")
        #expect(again.status == 0 && again.err.isEmpty)
        #expect(try again.text("status") == "connected")
    }

    @Test func `oauth prints Stripe's page`() async throws {
        let office = try await TestOffice()
        try await office.run("accounts", "create", "--name", "Kaze", "--currency", "jpy", "--stripe", "connect")
        let link = try await office.run("connect", "Kaze", "--oauth", "--no-wait")
        #expect(link.out.hasPrefix("http://stripe.test/oauth/authorize?"))
    }
}
