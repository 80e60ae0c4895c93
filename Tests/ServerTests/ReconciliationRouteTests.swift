import Billing
import HTTPTypes
import Ledger
import Storage
import Testing
import Worker

@testable import Server

@Suite struct ReconciliationRouteTests {
    private func run(_ scope: ReconciliationRecord.Scope, in house: ServedHouse) async throws -> String {
        let (database, reconciliation) = (house.worker.context.database, house.worker.reconciliation)
        let run = try await database.write { tx in try reconciliation.start(scope: scope, in: tx) }
        while try await reconciliation.step(run.id) {}
        return run.id.text
    }

    @Test func `each merchant sees of a run over all accounts what is their own, and nothing of others`() async throws {
        try await ServedHouse.open { house in
            let (shop, cafe) = (try await house.addMerchant("Shop"), try await house.addMerchant("Cafe"))
            for (merchant, micros) in [(shop, 700), (cafe, 5)] {
                let use = #"{"id": "1", "customer": "ada", "cost_micros": \#(micros)}"#
                #expect(try await house.post("/v1/usage", use, key: merchant.key).status == 200)
            }
            _ = try await house.worker.context.database.write { [shop] tx in
                try tx.execute("UPDATE usage_events SET price_micros = price_micros + 7 WHERE account = $1", shop.id)
            }
            let id = try await run(.full, in: house)
            let (ours, theirs) = (
                try await house.get("/v1/reconciliations/latest", key: shop.key),
                try await house.get("/v1/reconciliations/latest", key: cafe.key)
            )
            for (reply, merchant) in [(ours, shop), (theirs, cafe)] {
                #expect(reply.string("id") == id && reply.string("account") == merchant.id, "\(reply.text)")
                #expect(reply.json["of_all_accounts"] as? Bool == true && reply.integer("found_since") == 0)
                let summary = try #require(reply.json["summary"] as? [String: Any])
                #expect(summary["accounts"] as? Int == 1 && summary["book_rows"] is String? == false)
            }
            #expect(ours.string("status") == "discrepancies" && ours.integer("unexplained_micros") ?? 0 > 0)
            #expect(theirs.string("status") == "clean" && theirs.integer("unexplained_micros") == 0)
            #expect(theirs.integer("unexplained_rows") == 0 && !theirs.text.contains(shop.id))
            #expect(theirs.text.contains(#""leg":"ledger_revenue","items":1,"amount":{"micros":5"#), "\(theirs.text)")

            let found = try await house.get("/v1/reconciliations/\(id)/discrepancies", key: shop.key)
            #expect(found.data.count > 0 && found.data.allSatisfy { $0["account"] as? String == shop.id })
            let nothing = try await house.get("/v1/reconciliations/\(id)/discrepancies", key: cafe.key)
            #expect(nothing.status == 200 && nothing.data.isEmpty)
            let platform = try await house.get("/v1/reconciliations/latest")
            #expect(platform.json["account"] is String == false && platform.string("status") == "discrepancies")
            house.clock.advance(seconds: 60)
            let sweep = try await run(.events, in: house)
            let list = try await house.get("/v1/reconciliations", key: cafe.key)
            #expect(list.data.map { $0["id"] as? String } == [sweep, id])
        }
    }

    @Test func `a run over all accounts from before a merchant came is not there for them`() async throws {
        try await ServedHouse.open { house in
            _ = try await house.addMerchant("Shop")
            let id = try await run(.full, in: house)
            house.clock.advance(seconds: 60)
            let late = try await house.addMerchant("Late")
            for path in ["latest", id, "\(id)/discrepancies"] {
                #expect(try await house.get("/v1/reconciliations/\(path)", key: late.key).status == 404, "\(path)")
            }
            #expect(try await house.get("/v1/reconciliations", key: late.key).data.isEmpty)
        }
    }
}
