import Billing
import Foundation
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000), ("0.25", 250_000), ("1200.5", 1_200_500_000), ("0.000001", 1),
        ("1e3", 1_000_000_000),
        ("2.5E-1", 250_000), ("1.2500000000", 1_250_000), ("-0", 0), ("1000000000000", 1_000_000_000_000_000_000),
        ("007", 7_000_000), ("0e9", 0),
    ])
    func `a number with up to six decimals is exact`(text: String, millionths: Int64) throws {
        #expect(try Quantity(text).millionths == millionths)
    }

    @Test(arguments: [
        "", "-1", "-0.000001", "0.0000001", "1000000000000.000001", "1e13", "1e-7", "1.", ".5", "+1", " 1", "1 ",
        "0x10",
        "1,5", "NaN", "inf", "1e99999", "1e", "1e+", "--1", "１", "9223372036854775807",
        String(repeating: "9", count: 200),
    ])
    func `what is no number from 0 to 1e12 with six decimals is refused`(text: String) throws {
        let error = #expect(throws: BillingError.self) { try Quantity(text) }
        #expect(error?.code == "bad_quantity")
        #expect(try #require(error).detail.count < 150)
    }

    @Test func `any quantity is written so that it reads back the same`() throws {
        var random = SeededGenerator(seed: 1)
        for round in 0..<20_000 {
            let bound = Quantity.most.millionths >> (round % 60)
            let quantity = Quantity(millionths: .random(in: 0...bound, using: &random))
            #expect(try Quantity(quantity.description) == quantity)
            let json = try JSONEncoder().encode([quantity])
            if round % 20 == 0 { #expect(try JSONDecoder().decode([Quantity].self, from: json) == [quantity]) }
        }
        #expect(Quantity(millionths: .min).description == "-9223372036854.775808")
    }

    @Test func `JSON gives a number or a text, and neither passes through a binary fraction`() throws {
        // As a binary fraction this would be …123456768.
        let text = "[123456789012.123457, \"0.25\", 3, 0.1, 1.5e2]"
        let read = try JSONDecoder().decode([Quantity].self, from: Data(text.utf8)).map(\.millionths)
        #expect(read == [123_456_789_012_123_457, 250_000, 3_000_000, 100_000, 150_000_000])
        let written = try JSONEncoder().encode([Quantity("0.1"), Quantity("3")])
        #expect(String(decoding: written, as: UTF8.self) == "[0.1,3]")
    }

    @Test(arguments: ["[-1]", "[0.0000001]", "[true]", "[\"many\"]", "[null]", "[1e400]", "[{}]", "[1e13]"])
    func `JSON that holds no quantity is refused`(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Quantity].self, from: Data(text.utf8)) }
    }

    @Test func `sums at the edges are an error and not a wrapped quantity`() throws {
        let most = Quantity(millionths: .max)
        #expect(throws: BillingError.self) { try most.adding(Quantity(millionths: 1)) }
        #expect(throws: BillingError.self) { try Quantity(millionths: .min).negated() }
        #expect(throws: BillingError.self) { try Quantity(millionths: -2).subtracting(most) }
        #expect(throws: BillingError.self) { try Quantity(whole: .max) }
        #expect(try most.subtracting(most) == .zero)
    }
}

@Suite struct QuantitiesTests {
    @Test(arguments: ["input_tokens", "a", "pages_2", "abcdefghijklmnopqrstuvwxyz_0123456789_ab"])
    func `a unit is a known one or the merchant's own`(name: String) throws {
        let unit = try UsageUnit(name)
        #expect(unit.isCustom == (name != "input_tokens") && unit.isToken == (name == "input_tokens"))
    }

    @Test(arguments: [
        "", "Input_tokens", "2pages", "_a", "tool calls", "a-b", "ä", "abcdefghijklmnopqrstuvwxyz_0123456789_abc",
    ])
    func `a unit's name is refused that no column could hold`(name: String) {
        let error = #expect(throws: BillingError.self) { try UsageUnit(name) }
        #expect(error?.code == "bad_unit")
    }

    @Test func `the known units come first and in their order, and only six are tokens`() throws {
        let custom = try [UsageUnit("pages"), UsageUnit("characters")]
        #expect((custom + UsageUnit.known.reversed()).sorted() == UsageUnit.known + [custom[1], custom[0]])
        #expect(UsageUnit.known.filter(\.isToken) == UsageUnit.tokens && UsageUnit.tokens.count == 6)
    }

    @Test func `the text to store is compact, in a fixed order, and reads back the same`() throws {
        let pages = try UsageUnit("pages")
        let quantities = try Quantities([
            pages: Quantity("0.5"), .images: Quantity("2"), .inputTokens: Quantity("1200"), .toolCalls: .zero,
        ])
        #expect(quantities.json == #"{"input_tokens":1200,"images":2,"tool_calls":0,"pages":0.5}"#)
        #expect(try Quantities(json: quantities.json) == quantities)
        let negative = try quantities.negated()
        #expect(try Quantities(json: negative.json) == negative)
        #expect(try negative.adding(quantities).sorted.allSatisfy { $0.quantity.isZero })
        #expect(try JSONDecoder().decode(Quantities.self, from: JSONEncoder().encode(quantities)) == quantities)
        #expect(Quantities.none.json == "{}")
    }

    @Test(arguments: [#"{"Pages": 1}"#, #"{"input_tokens": -1}"#, #"{"input_tokens": "x"}"#])
    func `quantities in JSON are refused by the name of the field`(text: String) throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Quantities.self, from: Data(text.utf8))
        }
        guard case .dataCorrupted(let context) = error else { throw try #require(error) }
        #expect(context.codingPath.count == 1)
    }

    @Test func `an event names a bounded number of units`() throws {
        let many = "{" + (0...Quantities.mostUnits).map { "\"u\($0)\":1" }.joined(separator: ",") + "}"
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Quantities.self, from: Data(many.utf8)) }
    }

    @Test func `tokens are the sum of their six kinds, and what was read leaves out what was written`() throws {
        var quantities = Quantities.none
        for (place, unit) in UsageUnit.known.enumerated() { quantities[unit] = try Quantity(whole: 1 << Int64(place)) }
        #expect(try quantities.tokens() == Quantity(whole: 63))
        #expect(try quantities.tokensRead() == Quantity(whole: 1 + 4 + 8 + 16))
        quantities[.inputTokens] = Quantity(millionths: .max)
        #expect(throws: BillingError.self) { try quantities.tokens() }
    }
}
