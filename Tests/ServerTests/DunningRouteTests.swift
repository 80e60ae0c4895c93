import Billing
import Foundation
import Ledger
import Storage
import Testing
import Worker

@testable import Server

/// What a caller sees of a charge that was not paid.
struct DunningRouteTests {
    @Test func `a charge tells its tries, what comes next and its end, and alerts tell of it`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let now = house.clock.now
            let seams = house.worker.context.seams
            let id = Charge.ID(stored: ada.charge)
            let next = now.adding(seconds: 86_400)
            try await house.worker.context.database.write { tx in
                var charge = try #require(try tx.charges.find(id))
                charge.dunning = DunningStanding(since: now, dueAt: next, wait: .retry)
                try tx.charges.update(charge)
                let attempt = ChargeAttempt(
                    number: 1, at: now, origin: .charge, method: "pm_1", outcome: .declined, endedAt: now,
                    code: "insufficient_funds")
                try tx.chargeAttempts.insert(attempt, of: id)
                let alert = Alert(
                    id: .make(seams), account: charge.account, customer: charge.customer,
                    apiKey: nil, kind: .chargeFailed, measure: id.text, percent: 0, periodStart: now, used: 1, cap: 5,
                    charge: ChargeNotice(charge: id, reason: "insufficient_funds", url: "https://pay"), createdAt: now)
                #expect(try tx.alerts.insert(alert))
            }
            let charge = try await house.get("/v1/charges/\(id)", key: ada.key)
            #expect(charge.string("next_attempt_at") == next.rfc3339 && charge.json["ended_at"] is NSNull)
            let tries = try await house.get("/v1/charges/\(id)/attempts", key: ada.key)
            #expect(tries.data.first?["reason"] as? String == "insufficient_funds")
            #expect(tries.data.first?["next_step"] as? String == "try_later")
            let alerts = try await house.get("/v1/alerts?kind=charge_failed", key: ada.key)
            #expect(alerts.data.first?["charge"] as? String == id.text)
            #expect(alerts.data.first?["payment_url"] as? String == "https://pay")
            let other = try await house.addMerchant("bob")
            #expect(try await house.get("/v1/charges/\(id)/attempts", key: other.key).status == 404)
        }
    }

    @Test func `the terms of dunning are set, kept, taken away, and refused by their path`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            let path = "/v1/accounts/\(ada.id)"
            func set(_ dunning: String) async throws -> Reply {
                try await house.post(path, #"{"terms": {"dunning": \#(dunning)}}"#, key: ada.key)
            }
            let kept = try await set(#"{"retry_days": [2, 4], "at_end": "block"}"#)
            #expect(kept.text.contains(#""retry_days":[2,4]"#), "\(kept.text)")
            let refused = try await set(#"{"retry_days": [40]}"#)
            #expect(refused.status == 400 && refused.text.contains("terms.dunning.retry_days"), "\(refused.text)")
            #expect(try await set(#"{"at_end": "forget"}"#).status == 400)
            #expect(try await set("null").text.contains("retry_days") == false)
        }
    }
}
