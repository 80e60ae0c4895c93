import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct AccountTermsTests {
    private func tree(_ json: String) throws -> JSONTree {
        try JSONDecoder().decode(JSONTree.self, from: Data(json.utf8))
    }

    private func set(_ json: String, _ house: TestHouse, _ id: ConnectedAccount.ID) async throws -> BillingTerms {
        var change = AccountChange()
        change.terms = .set(try tree(json))
        return try await house.database.write { [worker = house.worker, change] tx in
            try worker.accounts.update(id, change, by: .commandLine, in: tx).terms
        }
    }

    private func account(_ house: TestHouse) async throws -> ConnectedAccount.ID {
        try await house.database.write { [worker = house.worker] tx in
            try worker.accounts.create(
                NewAccount(name: "Ada", currency: "eur", stripe: "none", markupPercent: 20), by: .commandLine, in: tx
            ).id
        }
    }

    @Test func `terms are merged field by field, and null takes one away`() async throws {
        let house = try await TestHouse()
        let id = try await account(house)
        let first = try await set(
            #"{"usd_rate": 0.92, "markups": {"models": {"gpt-5": 25, "gpt-5-mini": "12.5"}}, "hold_seconds": 30}"#,
            house,
            id)
        #expect(first.usdRate?.description == "0.92")
        let second = try await set(
            #"{"hold_seconds": null, "markups": {"models": {"gpt-5": null}, "providers": {"openai": 5}}}"#, house, id)
        #expect(second.usdRate == first.usdRate)
        #expect(second.holdSeconds == nil)
        #expect(second.markups?.models == ["gpt-5-mini": Percent(partsPerMillion: 125_000)])
        #expect(second.markups?.providers == ["openai": Percent(partsPerMillion: 50_000)])
        let stored = try await house.database.read { [worker = house.worker] tx in try worker.accounts.get(id, in: tx) }
        #expect(stored.terms == second)
        #expect(stored.markup == Percent(partsPerMillion: 200_000))
    }

    @Test func `every field of the terms that changed is in the log by its path`() async throws {
        let house = try await TestHouse()
        let id = try await account(house)
        _ = try await set(#"{"markups": {"models": {"gpt-5": 25}}, "alert_percents": [50, 100]}"#, house, id)
        house.clock.advance(milliseconds: 1)
        _ = try await set(#"{"markups": {"models": {"gpt-5": 30}}, "alert_percents": [50]}"#, house, id)
        let changes = try await house.database.read { tx in
            try tx.auditLog.list(AuditFilter(), after: nil, limit: 1).first?.changes
        }
        #expect(
            changes == [
                AuditChange(field: "terms.alert_percents.1", from: "100", to: nil),
                AuditChange(field: "terms.markups.models.gpt-5", from: "25", to: "30"),
            ])
    }

    @Test(arguments: [
        (#"{"flat_fee": 1}"#, "terms.flat_fee"), (#"{"markups": {"modles": {"gpt-5": 1}}}"#, "terms.markups.modles"),
        (#"{"hold_seconds": "soon"}"#, "terms.hold_seconds"), (#"{"hold_seconds": 90000}"#, "terms.hold_seconds"),
        (#"{"markups": {"models": {"gpt-5": "x"}}}"#, "terms.markups.models.gpt-5"),
        (#"{"usd_rate": -1}"#, "terms.usd_rate"), (#"{"time_zone": "Mars/Olympus"}"#, "terms.time_zone"),
        (#"{"unknown_model": "ceiling"}"#, "terms.ceiling"),
        (#"{"limits": {"day": {"requests": -1}}}"#, "terms.limits"),
        (#"{"limits": {"day": {"request": 1}}}"#, "terms.limits.day.request"), (#""text""#, "terms"), ("[1]", "terms"),
        (#"{"bands": [{"at_percent": 90, "action": "shout"}]}"#, "terms.bands.0.action"),
        (#"{"time_zone": "4242424242424242"}"#, "terms"),
    ])
    func `what cannot hold is refused with the path of its field, and changes nothing`(
        json: String, field: String
    ) async throws {
        let house = try await TestHouse()
        let id = try await account(house)
        let refused = await #expect(throws: WorkerError.self) { _ = try await set(json, house, id) }
        #expect(refused?.kind == .invalid)
        #expect(refused?.field?.hasPrefix(field) == true, "\(refused?.field ?? "none"): \(refused?.detail ?? "")")
        let stored = try await house.database.read { [worker = house.worker] tx in try worker.accounts.get(id, in: tx) }
        #expect(stored.terms == BillingTerms())
    }
}
