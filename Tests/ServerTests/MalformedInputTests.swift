import Foundation
import HTTPTypes
import Storage
import Testing
import Worker

@testable import Server

/// Whatever a client sends, the answer is its own mistake by name, and nothing is stored of what was refused.
struct MalformedInputTests {
    /// A body that each POST route of the API takes, by its path.
    private static let takes = [
        "/v1/accounts": """
        {"name": "N", "email": "a@b.example", "country": "US", "currency": "usd", "stripe": "connect", \
        "markup_percent": 12.5, "application_fee_percent": 1, \
        "application_fee_fixed": {"amount": 1, "currency": "usd"}, \
        "cycle": "daily", "charge_threshold": 500, "top_up_minimum": 500, "top_up_maximum": 5000}
        """,
        "/v1/accounts/{id}": #"{"name": "M", "email": null, "markup_percent": 1, "charge_threshold": 600}"#,
        "/v1/accounts/{id}/keys": #"{"name": "K"}"#,
        "/v1/accounts/{id}/onboarding_links":
            #"{"return_url": "https://x.example", "refresh_url": "https://x.example"}"#,
        "/v1/customers": #"{"external_id": "e", "name": "N", "email": "a@b.example", "metadata": {"k": "v"}}"#,
        "/v1/customers/{id}": #"{"name": "N", "metadata": {"k": "v"}, "stripe_customer": "cus_1"}"#,
        "/v1/usage": """
        {"id": "u", "source": "s", "customer": "c", "time": "2026-11-02T09:00:00Z", "cost_micros": 5, "model": "m", \
        "metadata": {"k": "v"}, "provider": "p", "feature": "f", "action": "a", "product": null, \
        "organization": "o", "key": null, "latency_ms": 3, "enforce": false, "input_tokens": 1, \
        "images": "0.5", "quantities": {"pages": 2}}
        """,
        "/v1/usage/{id}/corrections": #"{"reason": "r", "id": "x"}"#,
        "/v1/top_ups": """
        {"customer": "c", "amount": {"amount": 500, "currency": "usd"}, "success_url": "https://x.example", \
        "cancel_url": "https://x.example"}
        """,
        "/v1/charges": #"{"customer": "c"}"#, "/v1/reconciliations": #"{"scope": "events"}"#,
        "/v1/webhook_events/replay": #"{"state": "parked", "type": "t", "since": "2026-11-02T09:00:00Z"}"#,
    ]

    private static let strange = [
        "null", "true", "0", "-1", "1.5", "1e308", "1e400", "-1e400", "9223372036854775808",
        "123456789012345678901234567890",
        #""""#, #""x""#, #""\u0000""#, #""\ud800""#, #""💥""#, #""\r\n\t""#, "[]", "{}", "[[[]]]", #"{"x": {}}"#,
        #"{"amount": 1}"#, #"{"amount": "1", "currency": "usd"}"#, #"{"amount": 1, "currency": "eur"}"#,
        #""9999-99-99T99:99:99Z""#,
        "\"\(String(repeating: "x", count: 5_000))\"",
    ]

    private static let broken: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "{\"", "{]", "[}", "null", "true", "1", "-", "\"x\"", "[]", "[[]]", "{}x", "{,}",
            "{\"a\"}",
            "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "NaN", "Infinity", "{\"a\":NaN}", "//", "<xml/>", "a=b",
            "\u{FEFF}{}",
            "{\"name\":\"\\x\"}", "{\"unknown_field\":1}", "{\"\":1}", String(repeating: "[", count: 100_000),
            String(repeating: "{\"a\":", count: 50_000),
            String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
            String(repeating: "9", count: 100_000),
        ].map { Array($0.utf8) } + [
            [0xFF, 0xFE], [0x22, 0xC3, 0x28, 0x22], Array("{\"a\":\"".utf8) + [0x80] + Array("\"}".utf8), [0],
        ]

    @Test func `no body makes a 5xx, and a refused one leaves nothing`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.method == .post && route.body.isJSON {
                let bodies = Self.bodies(for: route)
                #expect(bodies.count >= 100)
                for body in bodies {
                    let before = try await Self.stored(house)
                    let reply = try await house.call(
                        "POST", ada.path(of: route), body, account: route.access == .platform ? nil : ada.account)
                    #expect(reply.status < 500, "\(route.path): \(String(decoding: body.prefix(200), as: UTF8.self))")
                    guard reply.status >= 400 else { continue }
                    #expect(reply.headers["content-type"] == "application/problem+json")
                    #expect(reply.code != nil)
                    let after = try await Self.stored(house)
                    #expect(after == before, "\(route.path): \(String(decoding: body.prefix(200), as: UTF8.self))")
                }
            }
        }
    }

    @Test func `a field that is unknown or of another type is named`() async throws {
        try await ServedHouse.open { house in
            let cases = [
                (#"{"name": "N", "currency": "usd", "stripe": "none", "markup": 5}"#, "unknown_field", "markup"),
                (#"{"name": 5, "currency": "usd", "stripe": "none"}"#, "invalid_field", "name"),
                (#"{"currency": "usd", "stripe": "none"}"#, "missing_field", "name"),
                (
                    #"{"name": "N", "currency": "usd", "stripe": "none", "markup_percent": "5"}"#, "invalid_field",
                    "markup_percent"
                ),
                (#"{"name": "N", "currency": "zzz", "stripe": "none"}"#, "invalid_field", "currency"),
                (
                    #"{"name": "N", "currency": "usd", "stripe": "none", "charge_threshold": {"amount": 1}}"#,
                    "missing_field", nil
                ),
                ("{", "malformed_json", nil), ("[]", "not_an_object", nil),
            ]
            for (body, code, field) in cases {
                let reply = try await house.post("/v1/accounts", body)
                #expect(reply.status == 400)
                #expect(reply.code == code, "\(body)")
                if let field { #expect(reply.string("field") == field) }
            }
        }
    }

    @Test func `a malformed event takes nothing from the others`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            let body = """
                [{"id": "1", "customer": "c", "cost_micros": 1}, {"id": "2", "customer": "c"}, 7, null,
                 {"id": "3", "customer": "c", "cost_micros": "1"}, {"id": "4", "customer": "c", "cost_micros": -1},
                 {"id": "1", "customer": "c", "cost_micros": 1}, {"id": "5", "customer": "c", "cost_micros": 2, "x": 1},
                 {"id": "6", "customer": "c", "cost_micros": 2}]
                """
            let reply = try await house.post("/v1/usage", body, key: ada.key)
            #expect(reply.status == 200)
            let statuses = reply.data.compactMap { $0["status"] as? String }
            #expect(
                statuses == [
                    "accepted", "rejected", "rejected", "rejected", "rejected", "rejected", "duplicate", "rejected",
                    "accepted",
                ])
            #expect(
                reply.data.compactMap { $0["field"] as? String } == ["cost_micros", "cost_micros", "cost_micros", "x"])
            #expect(try await house.rows("usage_events") == 2)
        }
    }

    @Test func `JSON in another encoding than UTF-8 is not read`() async throws {
        try await ServedHouse.open { house in
            let text = #"{"name": "N", "currency": "usd", "stripe": "none"}"#
            for order in [{ $0 } as @Sendable (UInt16) -> UInt16, \.byteSwapped] {
                let body = text.utf16.flatMap { unit in
                    [UInt8(truncatingIfNeeded: order(unit)), UInt8(truncatingIfNeeded: order(unit) >> 8)]
                }
                let reply = try await house.call("POST", "/v1/accounts", body)
                #expect(reply.code == "malformed_json")
            }
            #expect(try await house.rows("accounts") == 0)
        }
    }

    @Test(arguments: ["1.5", "\"5\"", "true", "9223372036854775808", "[]"])
    func `an amount of another type is refused by its name`(amount: String) async throws {
        try await ServedHouse.open { house in
            let reply = try await house.post(
                "/v1/accounts",
                #"{"name": "N", "currency": "usd", "stripe": "connect", "application_fee_fixed": \#(amount)}"#)
            #expect(reply.code == "invalid_field")
            #expect(reply.string("field") == "application_fee_fixed")
        }
    }

    @Test(arguments: [
        "https://", "https:///path", "https://:443/", "https://stripe.com@evil.example/",
        "https://evil.example\\\\@ok/",
        "https://ok.example/\\u202E", "javascript:alert(1)", "//evil.example", "https://ok.example/ x",
    ])
    func `an address that leads a browser elsewhere than it reads is refused`(url: String) async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant(stripe: "connect")
            let reply = try await house.post("/v1/accounts/\(ada.id)/onboarding_links", #"{"return_url": "\#(url)"}"#)
            #expect(reply.code == "invalid_field", "\(reply.text)")
        }
    }

    @Test(arguments: ["\\u001b[2J", "\\u009b2J", "\\u0085"])
    func `what a terminal would obey is refused`(text: String) async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            for body in [
                #"{"external_id": "c\#(text)"}"#, #"{"external_id": "c", "name": "\#(text)"}"#,
                #"{"external_id": "c", "metadata": {"k": "\#(text)"}}"#,
            ] {
                #expect(try await house.post("/v1/customers", body, key: ada.key).status == 400)
            }
        }
    }

    @Test func `only JSON that is not compressed is read`() async throws {
        try await ServedHouse.open { house in
            let body = #"{"name": "N", "currency": "usd", "stripe": "none"}"#
            for type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""] {
                let reply = try await house.call("POST", "/v1/accounts", body, headers: ["Content-Type": type])
                #expect(reply.status == 415, "\(type)")
            }
            let packed = try await house.call("POST", "/v1/accounts", body, headers: ["Content-Encoding": "gzip"])
            #expect(packed.status == 415)
            let fine = try await house.call(
                "POST", "/v1/accounts", body, headers: ["Content-Type": "application/json; charset=utf-8"])
            #expect(fine.status == 201)
        }
    }

    @Test func `paths, methods and parameters that there are not are refused`() async throws {
        try await ServedHouse.open { house in
            for path in ["/nothing", "/v1", "/v1/accounts/", "/v1/accounts/a/b/c/d", "//", "/v1/accounts/%ZZ", "/%00"] {
                let reply = try await house.get(path)
                #expect(reply.status == 404, "\(path)")
            }
            let wrong = try await house.call("PUT", "/v1/accounts", "{}")
            #expect(wrong.status == 405)
            #expect(wrong.headers["allow"] == "GET, HEAD, POST")
            #expect(try await house.call("GET", "/stripe/webhooks", nil as String?).headers["allow"] == "POST")
            for query in [
                "limit=0", "limit=101", "limit=x", "limit=-1", "starting_after=x", "limt=1", "limit=%ZZ", "limit=",
            ] {
                let reply = try await house.get("/v1/accounts?\(query)")
                #expect(reply.status == 400, "\(query)")
            }
        }
    }

    @Test func `ids in paths may hold anything`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            for id in [
                "..", "%2F%2F", "'%20OR%201=1", "%F0%9F%92%A5", "%00", String(repeating: "a", count: 4_000), "bchg_x",
            ] {
                for path in [
                    "/v1/customers/\(id)", "/v1/charges/\(id)", "/v1/top_ups/\(id)", "/v1/reconciliations/\(id)",
                ] {
                    #expect(try await house.get(path, key: ada.key).status == 404, "\(path.prefix(60))")
                }
                #expect(try await house.get("/v1/webhook_events/\(id)").status == 404)
                #expect(try await house.get("/pay/\(id)?token=x", key: nil).status == 404)
                #expect(try await house.get("/connect/\(id)/return?token=x", key: nil).status == 404)
            }
        }
    }

    /// Broken texts, and the route's own body with each member replaced by something strange, taken away, or doubled.
    private static func bodies(for route: Route) -> [[UInt8]] {
        var bodies = broken
        let whole = takes[route.path] ?? "{}"
        guard let object = try? JSONSerialization.jsonObject(with: Data(whole.utf8)) as? [String: Any] else {
            return bodies
        }
        for name in object.keys.sorted() + ["unknown"] {
            for value in strange { bodies.append(Array(replacing(name, in: object, by: value).utf8)) }
        }
        var random = SplitMix(seed: route.path.utf8.reduce(7 as UInt64) { $0 &* 31 &+ UInt64($1) })
        for _ in 0..<40 {
            var bytes = Array(whole.utf8)
            for _ in 0..<(1 + random.below(4)) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            bodies.append(bytes)
            bodies.append(Array(whole.utf8.prefix(random.below(whole.utf8.count))))
        }
        return bodies.filter { !$0.isEmpty }
    }

    private static func replacing(_ name: String, in object: [String: Any], by value: String) -> String {
        var object = object
        object[name] = "REPLACED"
        let data = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data()
        return String(decoding: data, as: UTF8.self).replacing("\"REPLACED\"", with: value)
    }

    /// How much is stored, and in what state it is.
    private static func stored(_ house: ServedHouse) async throws -> [Int64] {
        try await house.worker.context.database.read { tx in
            try [
                "accounts", "customers", "usage_events", "charges", "top_ups", "api_keys", "idempotency_keys",
                "reconciliations",
                "journal_entries", "onboarding_links",
            ].map { table in
                try tx.first("SELECT COUNT(*) AS rows FROM \(table)")?.int64("rows") ?? 0
            }
        }
    }
}

/// The same seed gives the same numbers.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
