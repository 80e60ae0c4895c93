import Billing
import Ledger
import Testing

@testable import Storage

/// Lists come out of an index in their order, so that a page costs what it holds and not what lies before it.
@Suite struct IndexUseTests {
    private func plan(_ statement: (sql: String, values: [SQLValue])) async throws -> String {
        let database = try Database.open(.memory)
        try await database.migrate(Schema.migrations)
        return try await database.read { tx in
            try tx.query("EXPLAIN QUERY PLAN " + statement.sql, values: statement.values)
                .map { try $0.text("detail") }.joined(separator: "; ")
        }
    }

    @Test(arguments: [
        CustomerFilter(account: .init(stored: "a")), CustomerFilter(account: .init(stored: "a"), text: "ada"),
        CustomerFilter(account: .init(stored: "a"), status: .blocked),
        CustomerFilter(account: .init(stored: "a"), plan: .init(stored: "p")),
        CustomerFilter(account: .init(stored: "a"), organization: "o"),
    ])
    func `no list of customers is sorted`(filter: CustomerFilter) async throws {
        let query = filter.conditions(after: .init(stored: "bcus_x"))
        let plan = try await plan(query.statement("customers", order: "id DESC", limit: 20))
        #expect(plan.contains("USING INDEX customers_by_"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test func `no page of a meter's customers is sorted`() async throws {
        let now = Instant(secondsSince1970: 0)
        let stretches = [MeterSpan.quarter, .day].map { MeterStretch(span: $0, from: now, to: now) }
        let plan = try await plan(
            MeterStateStore.customers(of: .init(stored: "m"), in: stretches, after: .init(stored: "c"), limit: 20))
        #expect(plan.contains("meter=? AND product=? AND customer>?"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test func `no page of exported usage is sorted`() async throws {
        var query = Conditions()
        query.add("customer = ?", "bcus_x")
        query.add("time >= ?", Int64(0))
        query.add("id > ?", "buse_x")
        let plan = try await plan(query.statement("usage_events", order: "id", limit: 500))
        #expect(plan.contains("usage_events_by_customer"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test func `what is given back is looked for in a customer's own rows, newest events first`() async throws {
        let ada = Customer.ID(stored: "bcus_x")
        for question in [
            SettlingStore.unreturned(of: ada, after: 7, limit: 100),
            SettlingStore.unreturned(of: ada, before: 7, limit: 100),
        ] {
            let plan = try await plan(question)
            #expect(plan.contains("settlings_to_return (customer=? AND entry"), "\(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
        }
        let events = try await plan(
            WalletStore.recentlyDebited(of: ada, before: nil, product: "reader", month: "2026-11", limit: 200))
        #expect(events.contains("usage_events_by_customer (customer=? AND id<?)"), "\(events)")
        #expect(events.contains("USING INDEX sqlite_autoindex_lot_debits_1 (entry=?)"), "\(events)")
        #expect(!events.contains("SCAN usage_events"), "\(events)")
    }

    @Test func `a page of the entries of a thing, or of a customer, costs what it holds`() async throws {
        let named = try await plan(
            BooksStore.sequences(named: .charge(.init(stored: "bchg_1")), book: .init(stored: "bacc_1")))
        #expect(named.contains("(book=? AND reference=?)"), "\(named)")
        #expect(named.contains("(book=? AND reference>? AND reference<?)"), "\(named)")
        let touching = try await plan(BooksStore.sequences(touching: 1, after: 7, limit: 20))
        #expect(touching.contains("postings_by_account (account=? AND entry>?)"), "\(touching)")
        #expect(!touching.contains("TEMP B-TREE"), "\(touching)")
    }
}
