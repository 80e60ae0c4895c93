import Billing
import Foundation
import Testing

@testable import Server

/// JSON is read as it was written, or not at all.
struct WrittenJSONTests {
    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1 2]", "01",
        "-", "1.", ".5", "1e", "+1",
        "0x1", "tru", "nulll", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "NaN", "1 1", "[1]]",
        "/**/1", "'a'", "\u{FEFF}",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: Problem.notJSON) { try WrittenJSON(Array(text.utf8)) }
    }

    @Test func `numbers keep their digits, members their order and number`() throws {
        let text = #" {"b":1.250e-3,"a":[true,false,null,-0],"b":"\u00e9\ud83d\udca5\n\/é"} "#
        #expect(
            try WrittenJSON(Array(text.utf8))
                == .object([
                    .init("b", .number("1.250e-3")),
                    .init("a", .array([.bool(true), .bool(false), .null, .number("-0")])),
                    .init("b", .string("é💥\n/é")),
                ]))
    }

    @Test func `what is no text is lost alone`() throws {
        let halves = [[UInt8](#""\ud800""#.utf8), Array(#""\udc00x""#.utf8)]
        for text in halves + [[0x22, 0xC3, 0x28, 0x22], [0x22, 0xFF, 0x22]] {
            #expect(try WrittenJSON(Array("[1,".utf8) + text + Array("]".utf8)) == .array([.number("1"), .illegible]))
        }
        let name = Array("{".utf8) + [0x22, 0xFF, 0x22] + Array(":1}".utf8)
        #expect(try WrittenJSON(name) == .object([.init(nil, .number("1"))]))
    }

    @Test func `depth is bounded`() throws {
        let nested = { (depth: Int) in
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try WrittenJSON(nested(16)) }
        #expect(throws: Problem.tooDeep) { try WrittenJSON(nested(17)) }
        #expect(throws: Problem.tooDeep) { try WrittenJSON(nested(1_000_000)) }
    }

    @Test func `it reads what Foundation reads, and refuses what Foundation refuses`() throws {
        var random = SplitMix(seed: 11)
        let seed = Array(#"{"a": [1, -2.5e3, "x\n\u00e9", {"b": null, "c": true}], "d": "é💥"}"#.utf8)
        var agreed = (read: 0, refused: 0)
        for _ in 0..<20_000 {
            var text = seed
            for _ in 0...random.below(2) {
                let place = random.below(text.count)
                switch random.below(3) {
                case 0: text[place] = Array(#"{}[]",:\0129.eE+-tnu "#.utf8)[random.below(21)]
                case 1: text.remove(at: place)
                default: text.insert(text[random.below(text.count)], at: place)
                }
            }
            let theirs = try? JSONSerialization.jsonObject(with: Data(text), options: [.fragmentsAllowed])
            let ours = try? WrittenJSON(text)
            // Of what is no text in itself, and of a comma after the last member, Foundation thinks otherwise.
            guard !String(describing: ours).contains("illegible"),
                let written = String(validating: text, as: UTF8.self), !written.contains(/,\s*[}\]]/)
            else { continue }
            #expect((ours == nil) == (theirs == nil), "\(String(decoding: text, as: UTF8.self))")
            if ours == nil { agreed.refused += 1 } else { agreed.read += 1 }
        }
        #expect(agreed.read > 1_000)
        #expect(agreed.refused > 1_000)
    }

    private struct Amounts: Decodable, Equatable {
        let whole: Int64?
        let quantity: Quantity?
        let texts: [String: String]?
    }

    private func amounts(_ text: String) throws -> Amounts {
        try Amounts(from: WrittenDecoder(try WrittenJSON(Array(text.utf8))))
    }

    @Test func `numbers are decoded by their digits`() throws {
        #expect(try amounts(#"{"whole": 9223372036854775807}"#).whole == .max)
        #expect(try amounts(#"{"whole": 1.5e3}"#).whole == 1_500)
        #expect(try amounts(#"{"quantity": 0.100000}"#).quantity == Quantity(millionths: 100_000))
        #expect(try amounts(#"{"quantity": "0.1"}"#).quantity == Quantity(millionths: 100_000))
        for text in [
            #"{"whole": 9223372036854775808}"#, #"{"whole": 1.5}"#, #"{"whole": "1"}"#, #"{"whole": true}"#,
            #"{"whole": 1e400}"#, #"{"quantity": 0.1000000000000000000000000000000000000000000000000001}"#,
            #"{"quantity": 0.0000001}"#, #"{"quantity": -1}"#, #"{"texts": {"a": 1}}"#, "[]", "1",
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try amounts(text) }
        }
    }

    @Test func `a field that is no text is named`() {
        let problem = #expect(throws: Problem.self) { try amounts(#"{"texts": {"a": "\ud800"}}"#) }
        #expect(problem == .illegible("texts.a"))
    }
}

/// Two refusals are the same to a caller when they say the same of the same field.
extension Problem: Equatable {
    static func == (left: Problem, right: Problem) -> Bool {
        (left.status, left.code, left.detail) == (right.status, right.code, right.detail) && left.field == right.field
    }
}
