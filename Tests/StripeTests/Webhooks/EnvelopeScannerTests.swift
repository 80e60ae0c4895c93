import Foundation
import Testing

@testable import Stripe

@Suite struct EnvelopeScannerTests {
    /// The contract's own events.
    private static let events: [[UInt8]] = {
        let folder = URL(filePath: #filePath).appending(path: "../../../../Webhooks").standardized
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appending(path: "\(name)/payload.json"))).map(Array.init)
        }
    }()

    private static let tokens: [[UInt8]] =
        [
            "\"", "\\", "\\\"", "\\u0069", "\\ud83d\\ude00", "\\ud800", "\\q", "{", "}", "[", "]", "[]", "{}", ",", ":",
            " ", "\n", "null", "true", "false", "nul", "0", "-", "-0", "01", "1.", "1.0", "1e3", "1e",
            "9999999999999999999",
            "999999999999999999", "é", "\u{212A}", "\u{1F600}", "\u{FEFF}", "\u{0}", "\u{1F}", "\"id\":\"twice\",",
            "\"\\u0069d\":\"hidden\",", "\"account\":null,", "\"data\":{},", "\"data\":null,", "\"object\":[],",
            "\"x\":-1.5E+2,",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ]

    private static func mutated(_ event: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var event = event
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let start = Int.random(in: 0...event.count, using: &random)
            let end = min(event.count, start + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: event.replaceSubrange(start..<end, with: tokens.randomElement(using: &random) ?? [])
            case 1: event.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: start)
            case 2: event.removeSubrange(start..<end)
            case 3: event.insert(contentsOf: event[start..<end], at: Int.random(in: 0...event.count, using: &random))
            default: if start < event.count { event[start] = UInt8.random(in: 0...255, using: &random) }
            }
        }
        return event
    }

    @Test func `every event of the contract is read without the complete reader`() throws {
        #expect(Self.events.count > 10)
        for event in Self.events {
            #expect(try EnvelopeScanner.envelope(of: event) == EventEnvelope(decoding: event))
        }
    }

    @Test(arguments: 0..<8)
    func `what is read of a damaged event is what JSONDecoder reads`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var known = 0
        for _ in 0..<2_000 {
            guard let event = Self.events.randomElement(using: &random) else { return }
            let damaged = Self.mutated(event, &random)
            guard let envelope = EnvelopeScanner.envelope(of: damaged) else { continue }
            known += 1
            let decoded = try? EventEnvelope(decoding: damaged)
            #expect(envelope == decoded, "seed \(seed): \(String(decoding: damaged, as: UTF8.self))")
        }
        #expect(known > 200)
    }

    @Test(arguments: tokens)
    func `anything that stands for a value is read as JSONDecoder reads it`(token: [UInt8]) {
        for place in ["id", "type", "account", "livemode", "created", "api_version", "data", "other", "in text"] {
            var members = [
                "id": "\"evt_1\"", "type": "\"a\"", "account": "\"acct_1\"", "livemode": "true", "created": "7",
                "api_version": "null", "data": #"{"object":{"id":"pi_1","object":"payment_intent"}}"#, "other": "1",
            ].mapValues { Array($0.utf8) }
            members[place] = place == "in text" ? [UInt8(ascii: "\"")] + token + [UInt8(ascii: "\"")] : token
            let body = members.sorted { $0.key < $1.key }
                .map { name, value in Array("\"\(name)\":".utf8) + value }.joined(separator: [UInt8(ascii: ",")])
            let json = [UInt8(ascii: "{")] + body + [UInt8(ascii: "}")]
            guard let envelope = EnvelopeScanner.envelope(of: json) else { continue }
            #expect(envelope == (try? EventEnvelope(decoding: json)), "\(String(decoding: json, as: UTF8.self))")
        }
    }

    @Test func `which of two data counts is left to the complete reader`() {
        let event = Array(
            #"{"id":"e","type":"t","livemode":true,"created":1,"data":{},"data":{"object":{"id":"a","object":"b"}}}"#
                .utf8)
        #expect(EnvelopeScanner.envelope(of: event) == nil)
    }

    @Test func `text that goes deeper than the limit is left to the reader that refuses it`() {
        func event(_ levels: Int) -> [UInt8] {
            let nest = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            return Array(
                #"{"id":"e","type":"t","livemode":true,"created":1,"data":{"object":{}},"x":\#(nest)}"#.utf8)
        }
        #expect(EnvelopeScanner.envelope(of: event(63)) != nil)
        #expect(EnvelopeScanner.envelope(of: event(64)) == nil)
    }
}
