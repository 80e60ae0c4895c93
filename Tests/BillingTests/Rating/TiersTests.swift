import Billing
import Foundation
import Ledger
import Testing

@Suite struct TiersTests {
    private func band(_ name: String, _ upTo: String?, _ rate: String, fixed: Int64 = 0) throws -> Tiers.Band {
        Tiers.Band(
            name: name, upTo: try upTo.map { try Quantity($0) }, unitRate: try UnitPrice(rate), fixedMicros: fixed)
    }

    private func three(_ mode: Tiers.Mode) throws -> Tiers {
        try Tiers(
            mode,
            [band("first", "10", "1"), band("second", "100", "0.5", fixed: 3_000_000), band("rest", nil, "0.25")])
    }

    /// Micros of the whole price, by hand.
    @Test(arguments: [
        ("0", 0), ("0.000001", 1), ("10", 10_000_000), ("10.000001", 13_000_000), ("100", 58_000_000),
        ("104", 59_000_000),
    ])
    func `graduated bands price the part of the quantity that lies in each`(quantity: String, micros: Int64) throws {
        let price = try three(.graduated).price(at: Quantity(quantity))
        #expect(try Carry.zero.settle(price).micros == micros)
    }

    @Test(arguments: [
        ("0", 0), ("10", 10_000_000), ("10.000001", 8_000_000), ("100", 53_000_000), ("104", 26_000_000),
    ])
    func `the volume band that is reached prices all of it`(quantity: String, micros: Int64) throws {
        let price = try three(.volume).price(at: Quantity(quantity))
        #expect(try Carry.zero.settle(price).micros == micros)
    }

    @Test func `the price of going on and coming back is the difference, and the steps add up to the price`() throws {
        var random = SeededGenerator(seed: 3)
        for mode in Tiers.Mode.allCases {
            let tiers = try three(mode)
            var (total, running) = (Quantity.zero, ExactAmount.zero)
            for _ in 0..<1_000 {
                let next = Quantity(millionths: .random(in: -5_000_000...200_000_000, using: &random))
                running = try running.adding(tiers.price(from: total, to: next))
                total = next
                #expect(try running == tiers.price(at: total))
                let steps = try tiers.steps(to: total)
                #expect(try steps.reduce(ExactAmount.zero) { try $0.adding($1.amount) } == running)
                let walked = try steps.reduce(Quantity.zero) { try $0.adding($1.quantity) }
                #expect(walked == max(total, .zero))
            }
        }
    }

    @Test func `tiers that leave a gap or an end open are refused with the band's name`() throws {
        let faults: [(bands: [Tiers.Band], said: String)] = [
            ([], "1 to 100"), ([try band("a", "5", "1")], "last band has no end"),
            ([try band("a", nil, "1"), try band("b", nil, "1")], "band a needs an up_to"),
            ([try band("a", "5", "1"), try band("b", "5", "1"), try band("c", nil, "1")], "band b must end above 5"),
            ([try band("a", "0", "1"), try band("b", nil, "1")], "band a must end above 0"),
            ([try band("a", "5", "1"), try band("a", nil, "1")], "name of its own"),
            ([try band("", nil, "1")], "band 1 needs a name"), ([try band("a", nil, "1", fixed: -1)], "below zero"),
        ]
        for (bands, said) in faults {
            let error = #expect(throws: BillingError.self) { try Tiers(.graduated, bands) }
            #expect(error?.code == "bad_tiers" && error?.field == "bands")
            #expect(error?.detail.contains(said) == true, "\(error?.detail ?? "")")
        }
    }

    @Test func `tiers read back from JSON, and faulty ones are refused there too`() throws {
        let metric = ProductMetric(meter: "pages", unit: .credits, tiers: try three(.volume))
        let json = try JSONEncoder().encode(metric)
        #expect(try JSONDecoder().decode(ProductMetric.self, from: json) == metric)
        let open = #"{"mode": "volume", "bands": [{"name": "a", "up_to": 5, "unit_rate": "1"}]}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Tiers.self, from: Data(open.utf8)) }
    }

    @Test func `a price beyond 128 bits is an error`() throws {
        let tiers = try Tiers(.volume, [band("all", nil, "1000000000000", fixed: .max)])
        #expect(throws: Never.self) { try tiers.price(at: Quantity(millionths: .max)) }
        #expect(throws: BillingError.self) {
            try Carry.zero.settle(try tiers.price(at: Quantity(millionths: .max)))
        }
    }
}

@Suite struct CreditUnitTests {
    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

    @Test func `a credit is worth what the account said last before the event`() throws {
        let unit = try CreditUnit([
            .init(from: day("2026-03-01"), micros: 20_000), .init(from: day("2026-01-01"), micros: 10_000),
        ])
        #expect(try unit.micros(at: Instant(startOf: day("2026-02-28"))) == 10_000)
        #expect(try unit.micros(at: Instant(startOf: day("2026-03-01"))) == 20_000)
        let early = Instant(startOf: try day("2026-01-01")).adding(milliseconds: -1)
        let error = #expect(throws: BillingError.self) { try unit.micros(at: early) }
        #expect(error?.code == "no_credit_value")
        #expect(try JSONDecoder().decode(CreditUnit.self, from: JSONEncoder().encode(unit)) == unit)
    }

    @Test func `a credit that is worth nothing, or two things on one day, is refused`() throws {
        let first = try day("2026-01-01")
        #expect(throws: BillingError.self) { try CreditUnit([.init(from: first, micros: 0)]) }
        #expect(throws: BillingError.self) {
            try CreditUnit([.init(from: first, micros: 1), .init(from: first, micros: 2)])
        }
        let json = #"[{"from": "2026-02-30", "micros": 1}]"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CreditUnit.self, from: Data(json.utf8)) }
    }
}
