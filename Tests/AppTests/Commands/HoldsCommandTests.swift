import Foundation
import Testing

@testable import App

@Suite struct HoldsCommandTests {
    @Test func `a hold is made, shown, captured and listed`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("holds", "list").out.hasPrefix("No holds here."))
        let made = try await office.run(
            "holds", "create", "user-17", "--amount-micros", "2500", "--expires-in", "60", "--json")
        #expect(made.status == 0, "\(made.err)")
        let id = try made.text("id")
        #expect(try made.json["held_micros"] as? Int == 2_500)
        #expect(try made.json["notices"] is [Any])
        let shown = try await office.run("holds", "show", id)
        #expect(shown.out.contains("user-17") && shown.out.contains("2500 micros"))
        let captured = try await office.run("holds", "capture", id, "--cost-micros", "1810", "--json")
        #expect(captured.status == 0, "\(captured.err)")
        #expect(try captured.json["cost_micros"] as? Int == 1_810)
        #expect(try captured.text("status") == "captured")
        let listed = try await office.run("holds", "list", "--customer", "user-17")
        #expect(listed.out.contains(id) && listed.out.contains("captured") && listed.out.contains("1810"))
        let late = try await office.run("holds", "release", id)
        #expect(late.status != 0 && late.err.contains("correct the usage event"))
    }

    @Test func `a hold of a model is rated, and given up again`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let made = try await office.run(
            "holds", "create", "user-17", "--model", "gpt-5", "--quantity", "input_tokens=1000", "--json")
        #expect(made.status == 0, "\(made.err)")
        #expect(try #require(try made.json["held_micros"] as? Int) > 0)
        let released = try await office.run("holds", "release", try made.text("id"))
        #expect(released.out.contains("released"))
        let wrong = try await office.run("holds", "create", "user-17", "--quantity", "input_tokens=much")
        #expect(wrong.status != 0 && wrong.err.contains("input_tokens"))
        let unknown = try await office.run("holds", "show", "bhld_nothing")
        #expect(unknown.status != 0)
    }

    @Test func `who has too little is refused with the page to pay on, and exit status 1`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.run("customers", "create", "user-17", "--prepaid", "true")
        let refused = try await office.run("holds", "create", "user-17", "--amount-micros", "5", "--json")
        #expect(refused.status == 1)
        #expect(try refused.json["status"] as? Int == 402)
        let link = try refused.text("top_up_url")
        #expect(link.hasPrefix("https://bill.example/top-up/bcus_"))
        let check = try await office.run("quota", "check", "user-17", "--amount-micros", "5")
        #expect(check.status == 1)
        #expect(check.out.contains(link))
    }
}
