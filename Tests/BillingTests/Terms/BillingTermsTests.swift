import Billing
import Foundation
import Ledger
import Testing

@Suite struct BillingTermsTests {
    private func decoded(_ json: String) throws -> BillingTerms {
        try JSONDecoder().decode(BillingTerms.self, from: Data(json.utf8))
    }

    @Test func `terms that say nothing have the defaults`() throws {
        let terms = try decoded("{}").inForce
        #expect(try decoded("{}") == BillingTerms())
        #expect(terms.timeZone == "UTC" && terms.unknownModel == .refuse && !terms.prepaid)
        #expect(terms.holdSeconds == 600 && terms.periodGraceHours == 72 && terms.alertPercents == [50, 80, 100])
        #expect(terms.captureAbovePercent == Percent(partsPerMillion: 1_000_000))
        #expect(terms.flatFeeMicros == 0 && terms.lowBalanceMicros == 0 && terms.ceiling.isEmpty)
        try BillingTerms().check()
    }

    @Test func `all that can be said reads back, in snake case`() throws {
        let json = #"""
            {"markups": {"models": {"gpt-5": 20.5}, "providers": {"openai": "-5"}}, "flat_fee_micros": 100,
            "usd_rate": 149.25, "time_zone": "Europe/Berlin", "unknown_model": "ceiling",
            "ceiling": {"per_million": {"input_tokens": 100}, "per_unit": {"images": "0.5"}},
            "credit_values": [{"from": "2026-01-01", "micros": 10000}], "capture_above_percent": 50,
            "hold_seconds": 60, "period_grace_hours": 0, "alert_percents": [90], "low_balance_micros": 5,
            "prepaid": true}
            """#
        let terms = try decoded(json)
        try terms.check()
        #expect(terms.usdRate?.description == "149.25")
        #expect(terms.markups?.models?["gpt-5"]?.partsPerMillion == 205_000)
        #expect(terms.ceiling?[.images] == (try UnitPrice("0.5")))
        #expect(try JSONDecoder().decode(BillingTerms.self, from: JSONEncoder().encode(terms)) == terms)
        let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(terms)) as? [String: Any]
        #expect(Set(try #require(written).keys).isSubset(of: BillingTerms.fields))
        #expect(written?.count == 13)
    }

    @Test(arguments: [
        (#"{"markups": {"models": {"m": -100.0001}}}"#, "markups"), (#"{"flat_fee_micros": -1}"#, "flat_fee_micros"),
        (#"{"markups": {"providers": {"": 1}}}"#, "markups"), (#"{"time_zone": "Mars/Olympus"}"#, "time_zone"),
        (#"{"unknown_model": "ceiling"}"#, "ceiling"),
        (#"{"unknown_model": "ceiling", "ceiling": {"per_million": {"input_tokens": 0}}}"#, "ceiling"),
        (#"{"ceiling": {"per_million": {"input_tokens": 1, "output_tokens": "0.00"}}}"#, "ceiling"),
        (#"{"capture_above_percent": -1}"#, "capture_above_percent"),
        (#"{"hold_seconds": 0}"#, "hold_seconds"), (#"{"hold_seconds": 86401}"#, "hold_seconds"),
        (#"{"period_grace_hours": 745}"#, "period_grace_hours"), (#"{"alert_percents": [0]}"#, "alert_percents"),
        (#"{"alert_percents": [50, 50]}"#, "alert_percents"), (#"{"low_balance_micros": -1}"#, "low_balance_micros"),
    ])
    func `terms that cannot hold are refused by the field`(json: String, field: String) throws {
        let terms = try decoded(json)
        let error = #expect(throws: BillingError.self) { try terms.check() }
        #expect(error?.code == "bad_terms" && error?.field == field)
    }

    @Test(arguments: [
        #"{"usd_rate": 0}"#, #"{"usd_rate": 1000001}"#, #"{"usd_rate": 0.0000001}"#, #"{"unknown_model": "maybe"}"#,
        #"{"ceiling": {"per_million": {"Input": 1}}}"#, #"{"ceiling": {"per_unit": {"images": -1}}}"#,
        #"{"ceiling": {"per_million": {"input_tokens": 1}, "per_unit": {"input_tokens": 1}}}"#,
        #"{"credit_values": [{"from": "yesterday", "micros": 1}]}"#, #"{"markups": {"models": {"m": 0.00001}}}"#,
    ])
    func `terms that cannot be read are refused with the place of the fault`(json: String) throws {
        let error = #expect(throws: DecodingError.self) { try decoded(json) }
        guard case .dataCorrupted(let context) = error else { throw try #require(error) }
        #expect(!context.codingPath.isEmpty)
        #expect(BillingTerms.fields.contains(context.codingPath[0].stringValue))
    }
}
