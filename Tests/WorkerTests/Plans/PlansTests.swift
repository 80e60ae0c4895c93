import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct PlansTests {
    private func tree(_ json: String) throws -> JSONTree {
        try JSONDecoder().decode(JSONTree.self, from: Data(json.utf8))
    }

    private func merchant(_ house: TestHouse) async throws -> ConnectedAccount {
        try await house.addAccount("usd", mode: .none, stripeAccount: nil)
    }

    private func plan(
        _ slug: String, isDefault: Bool = false, terms: String = "{}", _ house: TestHouse, _ account: ConnectedAccount
    ) async throws -> Plan {
        let terms = try tree(terms)
        house.clock.advance(milliseconds: 1)
        return try await house.database.write { [worker = house.worker] tx in
            try worker.plans.create(
                NewPlan(slug: slug, isDefault: isDefault, terms: terms), account: account, by: .commandLine, in: tx)
        }
    }

    private func change(
        _ slug: String, _ house: TestHouse, _ account: ConnectedAccount, fill: (inout PlanChange) throws -> Void
    ) async throws -> Plan {
        var change = PlanChange()
        try fill(&change)
        return try await house.database.write { [worker = house.worker, change] tx in
            try worker.plans.update(slug, change, account: account, by: .commandLine, in: tx)
        }
    }

    private func customer(_ name: String, _ house: TestHouse, _ account: ConnectedAccount) async throws -> Customer {
        try await house.database.read { [worker = house.worker] tx in
            try worker.customers.get(name, account: account, in: tx)
        }
    }

    @Test func `a plan comes back as it was made, by slug and by id`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let made = try await plan(
            "pro", terms: #"{"limits": {"month": {"spend_micros": 5000000}}, "markup_percent": 12.5}"#, house, account)
        #expect(made.terms.limits?.month?.spendMicros == 5_000_000)
        let found = try await house.database.read { [worker = house.worker] tx in
            try ["pro", made.id.text].map { try worker.plans.get($0, account: account.id, in: tx) }
        }
        #expect(found == [made, made])
    }

    @Test func `another's plan looks like one that there is not`() async throws {
        let house = try await TestHouse()
        let (ada, ben) = (try await merchant(house), try await merchant(house))
        let made = try await plan("pro", house, ada)
        for name in ["pro", made.id.text, "bpln_00000000000000000000000000"] {
            let refused = await #expect(throws: WorkerError.self) {
                try await house.database.read { [worker = house.worker] tx in
                    _ = try worker.plans.get(name, account: ben.id, in: tx)
                }
            }
            #expect(refused == .notFound("plan"))
        }
    }

    @Test func `new customers are put on the default plan, whoever makes them`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        try await house.use(1_000, by: "before", of: account)
        let free = try await plan("free", isDefault: true, house, account)
        try await house.use(1_000, by: "on first use", of: account)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.create(
                NewCustomer(externalID: "by hand"), account: account, by: .commandLine, in: tx)
            var details = CustomerDetails()
            details.plan = .clear
            _ = try worker.customers.create(
                NewCustomer(externalID: "on none", details: details), account: account, by: .commandLine, in: tx)
        }
        #expect(try await customer("before", house, account).plan == nil)
        #expect(try await customer("on first use", house, account).plan == free.id)
        #expect(try await customer("by hand", house, account).plan == free.id)
        #expect(try await customer("on none", house, account).plan == nil)
    }

    @Test func `one plan is the default, and the one before it says so in the log`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let free = try await plan("free", isDefault: true, house, account)
        let pro = try await plan("pro", isDefault: true, house, account)
        #expect(pro.isDefault)
        #expect(try await change("free", house, account) { _ in }.isDefault == false)
        let again = try await change("free", house, account) { $0.isDefault = true }
        #expect(again.isDefault)
        let log = try await house.database.read { tx in
            try tx.auditLog.list(AuditFilter(objectID: free.id.text), after: nil, limit: 10)
        }
        let defaults = log.flatMap(\.changes).filter { $0.field == "is_default" }.map(\.to)
        #expect(Set(defaults) == ["true", "false"])
    }

    @Test func `an archived plan keeps who is on it and takes nobody new`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let old = try await plan("old", isDefault: true, house, account)
        try await house.use(1_000, by: "ada", of: account)
        func archive() async throws {
            try await house.database.write { [worker = house.worker] tx in
                _ = try worker.plans.archive("old", account: account, by: .commandLine, in: tx)
            }
        }
        let refused = await #expect(throws: WorkerError.self) { try await archive() }
        #expect(refused?.code == "plan_is_default")
        _ = try await change("old", house, account) { $0.isDefault = false }
        try await archive()
        #expect(try await customer("ada", house, account).plan == old.id)
        try await house.use(1_000, by: "ben", of: account)
        func move(_ name: String) async throws {
            var details = CustomerDetails(name: "Somebody")
            details.plan = .set("old")
            try await house.database.write { [worker = house.worker, details] tx in
                _ = try worker.customers.update(name, details, account: account, by: .commandLine, in: tx)
            }
        }
        try await move("ada")
        let late = await #expect(throws: WorkerError.self) { try await move("ben") }
        #expect(late?.code == "plan_archived")
        #expect(try await customer("ben", house, account).name == nil)
        let crowned = await #expect(throws: WorkerError.self) {
            _ = try await change("old", house, account) { $0.isDefault = true }
        }
        #expect(crowned?.field == "is_default")
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.plans.restore("old", account: account, by: .commandLine, in: tx)
        }
        try await move("ben")
        #expect(try await customer("ben", house, account).plan == old.id)
    }

    @Test(arguments: [
        ("Pro", "{}", "slug"), ("", "{}", "slug"), ("a b", "{}", "slug"), ("4242424242424242", "{}", "slug"),
        ("pro", #"{"limit": {}}"#, "terms.limit"), ("pro", #"{"limits": {"day": {"tokens": -1}}}"#, "terms.limits"),
        ("pro", #"{"limits": {"day": {"tokens": 1.5}}}"#, "terms.limits.day.tokens"),
        ("pro", #"{"markup_percent": -101}"#, "terms.markup_percent"),
        ("pro", #"{"overage": "shout"}"#, "terms.overage"),
        ("pro", #"{"allowed_models": []}"#, "terms.allowed_models"), ("pro", #"{"bands": 1}"#, "terms.bands"),
        ("pro", #"{"flat_fee_micros": -1}"#, "terms.flat_fee_micros"), ("pro", #"{"prepaid": "yes"}"#, "terms.prepaid"),
    ])
    func `a plan that cannot hold is refused with the path of its field`(
        slug: String, terms: String, field: String
    ) async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let refused = await #expect(throws: WorkerError.self) { _ = try await plan(slug, terms: terms, house, account) }
        #expect(refused?.kind == .invalid)
        #expect(refused?.field?.hasPrefix(field) == true, "\(refused?.field ?? "none")")
        let plans = try await house.database.read { [worker = house.worker] tx in
            try worker.plans.list(account: account, limit: 10, in: tx)
        }
        #expect(plans.isEmpty)
    }

    @Test func `a slug is one plan's, and terms are merged`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        _ = try await plan(
            "pro", terms: #"{"limits": {"day": {"requests": 5}, "month": {"requests": 50}}}"#, house, account)
        let refused = await #expect(throws: WorkerError.self) { _ = try await plan("pro", house, account) }
        #expect(refused?.code == "plan_exists")
        let changed = try await change("pro", house, account) {
            $0.terms = .set(try tree(#"{"limits": {"day": null, "month": {"tokens": 9}}}"#))
        }
        #expect(changed.terms.limits?.day == nil)
        #expect(changed.terms.limits?.month == Limits.Caps(requests: 50, tokens: 9))
        #expect(try await change("pro", house, account) { $0.terms = .clear }.terms == PlanTerms())
    }

    @Test func `plans are listed page by page, with or without the archive`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        for slug in ["a", "b", "c"] { _ = try await plan(slug, house, account) }
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.plans.archive("b", account: account, by: .commandLine, in: tx)
        }
        try await house.database.read { [worker = house.worker] tx in
            let first = try worker.plans.list(account: account, limit: 2, in: tx)
            #expect(first.map(\.slug) == ["c", "b"])
            #expect(try worker.plans.list(account: account, after: first[1].id, limit: 2, in: tx).map(\.slug) == ["a"])
            #expect(try worker.plans.list(account: account, archived: true, limit: 9, in: tx).map(\.slug) == ["b"])
            #expect(
                try worker.plans.list(account: account, archived: false, limit: 9, in: tx).map(\.slug) == ["c", "a"])
        }
    }
}
