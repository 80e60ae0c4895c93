import Foundation
import Testing

@testable import Server

/// Whatever is wrong with an event is named by its field; nothing of it is stored, and nothing of the others lost.
struct BadUsageTests {
    /// A member to put into an otherwise good event, and the code and field of the refusal.
    private static let wrong: [(member: String, code: String, field: String)] = [
        (#""cost_micros": -1"#, "negative_cost", "cost_micros"),
        (#""cost_micros": 1000000000000001"#, "cost_too_large", "cost_micros"),
        (#""cost_micros": 9223372036854775808"#, "invalid_field", "cost_micros"),
        (#""cost_micros": 1e400"#, "invalid_field", "cost_micros"),
        (#""cost_micros": 0.5"#, "invalid_field", "cost_micros"),
        (#""cost_micros": "5""#, "invalid_field", "cost_micros"),
        (#""cost_micros": true"#, "invalid_field", "cost_micros"),
        (#""cost_micros": [5]"#, "invalid_field", "cost_micros"),
        (#""currency": "eur""#, "currency_mismatch", "currency"),
        (#""currency": "zzz""#, "currency_mismatch", "currency"),
        (#""currency": "dollar""#, "invalid_field", "currency"), (#""currency": 5"#, "invalid_field", "currency"),
        (#""time": "1970-01-01T00:00:00Z""#, "time_too_old", "time"),
        (#""time": "0001-01-01T00:00:00Z""#, "time_too_old", "time"),
        (#""time": "9999-12-31T23:59:59Z""#, "time_in_future", "time"),
        (#""time": "2026-02-30T00:00:00Z""#, "invalid_field", "time"),
        (#""time": 1793610000"#, "invalid_field", "time"),
        (#""id": """#, "invalid_field", "id"), (#""id": 5"#, "invalid_field", "id"),
        (#""id": "a\u0000""#, "invalid_field", "id"), (#""id": "\ud800""#, "illegible_text", "id"),
        (#""id": "\#(String(repeating: "x", count: 501))""#, "invalid_field", "id"),
        (#""source": "\u001b[2J""#, "invalid_field", "source"),
        (#""customer": null"#, "missing_field", "customer"), (#""customer": ["a"]"#, "invalid_field", "customer"),
        (#""model": {"name": "m"}"#, "invalid_field", "model"),
        (#""input_tokens": -1"#, "bad_quantity", "input_tokens"),
        (#""input_tokens": -0.5"#, "bad_quantity", "input_tokens"),
        (#""input_tokens": 0.1234567"#, "bad_quantity", "input_tokens"),
        (#""input_tokens": 1000000000001"#, "bad_quantity", "input_tokens"),
        (#""input_tokens": 1e400"#, "invalid_field", "input_tokens"),
        (#""input_tokens": 0.10000000000000000000000000000000000000000001"#, "invalid_field", "input_tokens"),
        (#""input_tokens": "many""#, "bad_quantity", "input_tokens"),
        (#""input_tokens": true"#, "invalid_field", "input_tokens"),
        (#""quantities": {"Pages": 1}"#, "bad_unit", "quantities"),
        (#""quantities": {"": 1}"#, "bad_unit", "quantities"),
        (#""quantities": {"pages": {"n": 1}}"#, "invalid_field", "quantities.pages"),
        (#""quantities": [1]"#, "invalid_field", "quantities"),
        (#""quantities": {"pages": 1, "pages": 1}"#, "repeated_field", "quantities.pages"),
        (#""latency_ms": -1"#, "invalid_field", "latency_ms"), (#""latency_ms": 0.5"#, "invalid_field", "latency_ms"),
        (#""enforce": "yes""#, "invalid_field", "enforce"),
        (#""metadata": {"k": 1}"#, "invalid_field", "metadata"),
        (#""metadata": {"a": {"b": {"c": {}}}}"#, "invalid_field", "metadata"),
        (#""metadata": {"k": "1", "k": "2"}"#, "repeated_field", "metadata.k"),
        (#""mood": 5"#, "unknown_field", "mood"), (#""Cost_micros": 5"#, "unknown_field", "Cost_micros"),
        (#""": 5"#, "unknown_field", ""),
    ]

    /// A good event with `member` in the place of its own, if it has it.
    private static func event(_ id: String, _ member: String) -> String {
        let good = [#""id": "\#(id)""#, #""customer": "ada""#, #""cost_micros": 5"#]
        let name = member.prefix { $0 != ":" }
        return "{" + (good.filter { !$0.hasPrefix(name) } + [member]).joined(separator: ", ") + "}"
    }

    private static func good(_ id: Int) -> String { #"{"id": "good-\#(id)", "customer": "ada", "cost_micros": 7}"# }

    @Test func `each fault is named by its field, between events that are recorded`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            var recorded: Int64 = 0
            for (place, fault) in Self.wrong.enumerated() {
                let bad = Self.event("bad-\(place)", fault.member)
                let body = "[\(Self.good(place * 2)), \(bad), \(Self.good(place * 2 + 1))]"
                let reply = try await house.post("/v1/usage", body, key: key)
                #expect(reply.data.map { $0["status"] as? String } == ["accepted", "rejected", "accepted"], "\(bad)")
                #expect(reply.data.dropFirst().first?["code"] as? String == fault.code, "\(bad)")
                #expect(reply.data.dropFirst().first?["field"] as? String == fault.field, "\(bad)")
                recorded += 2
            }
            #expect(try await house.rows("usage_events") == recorded)
            #expect(try await house.rows("customers") == 1)
        }
    }

    @Test func `a name that comes twice is refused in its event alone`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let twice = #"{"id": "a", "customer": "ada", "cost_micros": 1, "cost_micros": 2}"#
            let reply = try await house.post("/v1/usage", "[\(Self.good(1)), \(twice)]", key: key)
            #expect(reply.data.last?["code"] as? String == "repeated_field")
            #expect(reply.data.last?["field"] as? String == "cost_micros")
            #expect(try await house.rows("usage_events") == 1)
        }
    }

    @Test func `bytes that are not UTF-8 are lost with their own event`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let before = Array(#"[\#(Self.good(1)), {"id": "b", "customer": "ada", "cost_micros": 1, "model": ""#.utf8)
            let after = Array(#""}, \#(Self.good(2))]"#.utf8)
            let damages: [[UInt8]] = [
                [0xC3, 0x28], [0xFF], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC0, 0xAF],
            ]
            for bytes in damages {
                let reply = try await house.call("POST", "/v1/usage", before + bytes + after, key: key)
                #expect(reply.data.map { $0["code"] as? String } == [nil, "illegible_text", nil])
                #expect(reply.data.dropFirst().first?["field"] as? String == "model")
            }
            #expect(try await house.rows("usage_events") == 2)
        }
    }

    @Test func `what is wrong with the whole body stores nothing`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let many = "[" + (0...1_000).map(Self.good).joined(separator: ",") + "]"
            let deep = String(repeating: #"{"a":"#, count: 17) + "1" + String(repeating: "}", count: 17)
            let cases: [(body: [UInt8], status: Int, code: String)] = [
                (Array("[]".utf8), 400, "batch_size"), (Array(many.utf8), 400, "batch_size"),
                (Array("[\(Self.good(1)), \(deep)]".utf8), 400, "json_too_deep"),
                (Array("[\(Self.good(1)), ".utf8), 400, "malformed_json"),
                (Array("[\(Self.good(1))] x".utf8), 400, "malformed_json"),
                (Array("[\(Self.good(1))]".utf8) + [0], 400, "malformed_json"), ([0xFF, 0xFE], 400, "malformed_json"),
                ([UInt8](repeating: 0x20, count: 10 << 20), 413, "body_too_large"),
            ]
            for (body, status, code) in cases {
                let reply = try await house.call("POST", "/v1/usage", body, key: key)
                #expect(reply.status == status)
                #expect(reply.code == code)
                #expect(reply.headers["content-type"] == "application/problem+json")
            }
            #expect(try await house.rows("usage_events") == 0)
            #expect(try await house.rows("customers") == 0)
        }
    }

    /// Whatever a damaged batch does, the answer is true: what it calls accepted is stored, and nothing else is.
    @Test(arguments: ["", "cloudevents-batch+"])
    func `of random damage, what is called accepted is stored, and nothing else`(form: String) async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            var random = SplitMix(seed: UInt64(form.utf8.count) + 3)
            var outcomes: [String: Int] = [:]
            var stored: Int64 = 0
            for round in 0..<250 {
                let events = (0..<4).map { Self.good(round * 4 + $0) }.map { plain in
                    guard !form.isEmpty else { return plain }
                    let id = plain.split(separator: "\"")[3]
                    return #"{"specversion": "1.0", "type": "t", "source": "api", "id": "\#(id)", "#
                        + #""subject": "ada", "data": {"cost_micros": 7}}"#
                }
                var body = Array("[\(events.joined(separator: ","))]".utf8)
                for _ in 0...random.below(3) {
                    let place = random.below(body.count)
                    switch random.below(4) {
                    case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: body.remove(at: place)
                    case 2: body.insert(Array("\",:{}[]\\0".utf8)[random.below(9)], at: place)
                    default: body.insert(contentsOf: body[place..<min(body.count, place + 9)], at: place)
                    }
                }
                let reply = try await house.call(
                    "POST", "/v1/usage", body, key: key, headers: ["Content-Type": "application/\(form)json"])
                let context = Comment(rawValue: String(decoding: body, as: UTF8.self))
                #expect([200, 400].contains(reply.status), context)
                let refused = reply.data.filter { $0["status"] as? String == "rejected" }
                #expect(refused.allSatisfy { $0["code"] is String && $0["detail"] is String }, context)
                stored += Int64(reply.integer("accepted") ?? 0)
                #expect(try await house.rows("usage_events") == stored, context)
                for item in reply.data { outcomes[item["status"] as? String ?? "", default: 0] += 1 }
                outcomes["\(reply.status)", default: 0] += 1
            }
            #expect(outcomes["accepted", default: 0] > 50)
            #expect(outcomes["rejected", default: 0] > 20)
            #expect(outcomes["400", default: 0] > 20)
        }
    }
}
