import Storage
import Stripe
import Testing
import Worker

@testable import App

/// The books, reconciliation and webhooks.
struct BooksCommandTests {
    private func busyOffice() async throws -> TestOffice {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.customer("ada")
        try await office.use(5_000_000, by: "ada")
        #expect(try await office.run("charge", "ada", "--wait").status == 0)
        return office
    }

    @Test func `empty books say so`() async throws {
        let office = try await TestOffice()
        #expect(try await office.run("ledger", "balances").out.contains("bursar usage record"))
        #expect(try await office.run("ledger", "journal").out == "Nothing is posted yet.\n")
        #expect(try await office.run("ledger", "export").out.isEmpty)
        #expect(try await office.run("ledger", "check").status == 0)
    }

    @Test func `the two columns of the trial balance agree`() async throws {
        let office = try await busyOffice()
        let balances = try await office.run("ledger", "balances").out
        #expect(balances.hasPrefix("Shop, USD\n"))
        let total = try #require(balances.firstMatch(of: /total +([0-9.]+) +([0-9.]+)/)).output
        #expect(total.1 == total.2)
        let lines = try await office.run("ledger", "balances", "--json").json["data"] as? [[String: Any]]
        let micros = lines?.compactMap { ($0["balance"] as? [String: Any])?["micros"] as? Int }
        #expect(micros?.reduce(0, +) == 0)
    }

    @Test func `the journal is read page by page`() async throws {
        let office = try await busyOffice()
        let first = try await office.run("ledger", "journal", "--limit", "1")
        #expect(first.out.hasPrefix("1  "))
        #expect(first.err.contains("--after 1"))
        let next = try await office.run("ledger", "journal", "--limit", "1", "--after", "1", "--json")
        #expect(try (next.json["data"] as? [[String: Any]])?.first?["sequence"] as? Int == 2)
    }

    @Test func `a charge is explained by what had accrued and by its entries`() async throws {
        let office = try await busyOffice()
        let charges = try await office.run("charges", "list", "--json").json["data"] as? [[String: Any]]
        let charge = try #require(charges?.first?["id"] as? String)
        let explained = try await office.run("explain", charge)
        #expect(explained.out.contains(/5\.00 USD +usage +1/), "\(explained)")
        #expect(explained.out.contains(/-5\.00 USD +put into this charge, entry 2/), "\(explained)")
        #expect(explained.out.contains(/0\.00 USD +left for the next charge/), "\(explained)")
        #expect(explained.out.contains("charge:\(charge):opened") && explained.out.contains("Payment of charge"))
        let json = try await office.run("explain", charge, "--limit", "1", "--json").json
        #expect(json["object"] as? String == "charge")
        #expect((json["entries"] as? [String: Any])?["has_more"] as? Bool == true)
        let more = try await office.run("explain", charge, "--limit", "1")
        #expect(more.err.contains("--after 2"), "\(more)")
        let past = try await office.run("explain", charge, "--after", "999")
        #expect(past.out.contains("Nothing comes after entry 999."))
        #expect(try await office.run("explain", charge, "--after", "x").status == 64)
        #expect(try await office.run("explain", "bchg_00000000000000000000000000").status == 65)
    }

    @Test func `the journal of a customer is theirs alone`() async throws {
        let office = try await busyOffice()
        try await office.use(1_000_000, by: "bo", id: "of-bo")
        let hers = try await office.run("ledger", "journal", "--customer", "ada")
        #expect(hers.out.contains("charge:") && !hers.out.contains("of-bo"), "\(hers)")
        let his = try await office.run("ledger", "journal", "--customer", "bo", "--json").json["data"] as? [Any]
        #expect(his?.count == 1)
        #expect(try await office.run("ledger", "journal", "--customer", "nobody").status == 65)
    }

    @Test func `the export is a journal with its balances asserted`() async throws {
        let office = try await busyOffice()
        let journal = try await office.run("ledger", "export", "--format", "hledger").out
        #expect(journal.contains("commodity "))
        #expect(journal.contains(":revenue"))
        let answer = try await office.run("ledger", "export", "--json")
        #expect(try answer.text("journal") == journal)
        #expect(try answer.json["slices"] as? Int == 1)
        #expect(try await office.run("ledger", "export", "--slice", "2").status == 65)
    }

    @Test func `the head that a check shows is recognised later, and another is not`() async throws {
        let office = try await busyOffice()
        let head = try await office.run("ledger", "check", "--json").json["head"] as? String ?? ""
        #expect(try await office.run("ledger", "check").out.contains("Head: \(head)"))
        try await office.use(1_000_000, by: "ada", id: "use-2")
        #expect(try await office.run("ledger", "check", "--expect-head", head).status == 0)
        let other = head.hasSuffix("0") ? head.dropLast() + "1" : head.dropLast() + "0"
        let refused = try await office.run("ledger", "check", "--expect-head", String(other))
        #expect(refused.status != 0 && refused.out.contains("chain_broken"))
        #expect(try await office.run("ledger", "check", "--expect-head", "17").status == 64)
    }

    @Test func `damaged books are found, and the exit status says so`() async throws {
        let office = try await busyOffice()
        #expect(try await office.run("ledger", "check").out.hasPrefix("The books are sound"))
        try await office.worker.context.database.write { tx in
            _ = try tx.execute("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'")
        }
        let check = try await office.run("ledger", "check")
        #expect(check.status == 1)
        #expect(check.out.contains("balance_differs"))
        #expect(try await office.run("ledger", "check", "--json").json["sound"] as? Bool == false)
    }

    @Test func `reconcile says that nothing is unexplained`() async throws {
        let office = try await busyOffice()
        let clean = try await office.run("reconcile")
        #expect(clean.status == 0, "\(clean.out)\(clean.err)")
        #expect(clean.out.hasSuffix("unexplained micros: 0\n"))
        let nightly = try await office.run("reconcile", "--latest", "--account", "Shop", "--json")
        #expect(try nightly.text("status") == "clean" && nightly.text("account").hasPrefix("bacc_"))
        #expect(try await office.run("reconcile", "--account", "Shop", "--json").text("status") == "clean")
    }

    @Test func `reconcile lists what differs and ends with 1`() async throws {
        let office = try await busyOffice()
        _ = try await office.stripe(
            "/v1/payment_intents",
            "amount=700&currency=usd&confirm=true&payment_method=pm_card_visa&metadata[bursar_charge]=bchg_unknown"
                + "&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never")
        let outcome = try await office.run("reconcile")
        #expect(outcome.status == 1, "\(outcome.out)\(outcome.err)")
        #expect(outcome.out.contains("unexplained micros: 7000000 USD") || outcome.out.contains("unexplained micros: "))
        #expect(outcome.out.contains("unexplained micros: 0") == false)
        let json = try await office.run("reconcile", "--json")
        #expect(try (json.json["discrepancies"] as? [Any])?.isEmpty == false)
    }

    @Test func `reconcile that cannot reach Stripe ends with 2`() async throws {
        let office = try await TestOffice(answers: { _ in .failure(.init(.unavailable, .connectionFailed)) })
        try await office.openShop()
        let outcome = try await office.run("reconcile")
        #expect(outcome.status == 2, "\(outcome.out)\(outcome.err)")
        #expect(outcome.out.contains("NOT COMPARED"))
    }

    @Test func `events are listed, shown and worked off again`() async throws {
        let office = try await busyOffice()
        #expect(try await office.run("webhooks", "list").out.contains("https://bill.example/stripe/webhooks"))
        #expect(try await office.run("reconcile").status == 0)
        let list = try await office.run("webhooks", "list", "--json")
        let events = try #require(try list.json["data"] as? [[String: Any]])
        let id = try #require(events.first?["id"] as? String)
        #expect(try await office.run("webhooks", "show", id).out.contains("\"object\""))
        #expect(try await office.run("webhooks", "replay", id).out == "1 event was worked off again.\n")
        #expect(
            try await office.run("webhooks", "replay", "--state", "settled", "--json").json["replayed"] as? Int
                == events.count)
        #expect(try await office.run("webhooks", "replay").status == 64)
        #expect(try await office.run("webhooks", "show", "evt_none").status == 65)
        let lost = try await office.run("webhooks", "list", "--after", "evt_none")
        #expect(lost.status == 65)
        #expect(lost.out.isEmpty)
        #expect(try await office.run("ledger", "check").status == 0)
    }
}
