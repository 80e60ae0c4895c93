import Billing
import Testing

@testable import App

/// Refunds and disputes.
struct MoneyBackCommandTests {
    /// A paid charge of 5 USD, by its id.
    private func paid() async throws -> (office: TestOffice, charge: String) {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.customer("ada")
        try await office.use(5_000_000, by: "ada")
        return (office, try await office.run("charge", "ada", "--wait", "--json").text("id"))
    }

    @Test func `a refund is sent, and its status is the exit status with wait`() async throws {
        let (office, charge) = try await paid()
        let refund = try await office.run(
            "refunds", "create", charge, "--amount", "2.00", "--reason", "requested_by_customer", "--wait", "--json")
        #expect(refund.status == 0)
        #expect(try refund.text("status") == "succeeded" && refund.text("origin") == "bursar")
        let list = try await office.run("refunds", "list", "--payment", charge)
        #expect(list.out.contains("2.00 USD") && list.out.contains("ada") && list.out.contains("succeeded"))
        let shown = try await office.run("refunds", "show", try refund.text("id"))
        #expect(shown.out.contains(/reason +requested_by_customer/) && shown.out.contains(/asked for +here/))
        #expect(try await office.run("charges", "show", charge).out.contains(/refunded +2.00 USD/))
        let rest = try await office.run("refunds", "create", charge, "--json")
        #expect((try rest.json["amount"] as? [String: Any])?["amount"] as? Int == 300, "all that is left")
        let none = try await office.run("refunds", "create", charge)
        #expect(none.status == 65 && none.err.contains("is refunded, or on its way back"), "\(none)")
    }

    @Test func `what cannot be refunded is refused in words`() async throws {
        let (office, charge) = try await paid()
        let tooMuch = try await office.run("refunds", "create", charge, "--amount", "5.01")
        #expect(tooMuch.status == 65 && tooMuch.err.contains("at most 5.00 USD"), "\(tooMuch)")
        #expect(try await office.run("refunds", "create", "bchg_00000000000000000000000000").status == 65)
        #expect(try await office.run("refunds", "create", charge, "--reason", "because").status == 64)
        #expect(try await office.run("refunds", "list").out.contains("No refunds here"))
    }

    @Test func `no disputes are an empty list`() async throws {
        let (office, _) = try await paid()
        #expect(try await office.run("disputes", "list").out.contains("No disputes"))
        #expect(try await office.run("disputes", "list", "--status", "lost", "--json").json["data"] as? [Int] == [])
        #expect(try await office.run("disputes", "show", "bdsp_00000000000000000000000000").status == 65)
    }
}
