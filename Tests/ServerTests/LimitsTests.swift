import Testing

@testable import Server

/// What a client may take of the server, and what happens to one that takes more.
struct LimitsTests {
    private var impatient: ServerLimits {
        var limits = ServerLimits()
        limits.headSeconds = 1
        limits.requestSeconds = 1
        limits.idleSeconds = 1
        limits.lingerSeconds = 1
        return limits
    }

    @Test func `a body that is announced too large is refused before it is read`() async throws {
        try await ServedHouse.open { house in
            for (path, limit) in [("/stripe/webhooks", 256 * 1024), ("/stripe/webhooks/connect", 256 * 1024)] {
                let socket = try Socket(port: house.port)
                await socket.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(limit + 1)\r\n\r\n{")
                let reply = try await socket.reply()
                #expect(reply.status == 413)
                #expect(reply.headers["connection"] == "close")
                #expect(reply.code == "body_too_large")
            }
            #expect(try await house.rows("inbox") == 0)
        }
    }

    @Test func `a body that only turns out to be too large is refused`() async throws {
        try await ServedHouse.open { house in
            let socket = try Socket(port: house.port)
            await socket.send("POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
            for _ in 0..<9 { await socket.send(chunk) }
            #expect(try await socket.reply().status == 413)
            #expect(await socket.isClosedByServer())
        }
    }

    @Test func `JSON is read sixteen levels deep and no deeper, and brackets in texts do not count`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            func code(_ body: String) async throws -> String? {
                try await house.post("/v1/customers", body, key: ada.key).code
            }
            func nested(_ depth: Int) -> String {
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            }
            #expect(try await code(nested(17)) == "json_too_deep")
            #expect(try await code(nested(16)) != "json_too_deep")
            let name = String(repeating: "[{", count: 50)
            #expect(try await house.post("/v1/customers", #"{"external_id": "\#(name)"}"#, key: ada.key).status == 201)
        }
    }

    @Test func `a webhook of exactly the largest size is read`() async throws {
        try await ServedHouse.open { house in
            let body = Array(repeating: UInt8(ascii: " "), count: 256 * 1024)
            let reply = try await house.call("POST", "/stripe/webhooks", body, key: nil)
            #expect(reply.status == 400)
        }
    }

    @Test func `a call of more than a mebibyte is refused, and one of a thousand events is not`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            let large = "[" + String(repeating: " ", count: 1024 * 1024) + "]"
            #expect(try await house.post("/v1/usage", large, key: ada.key).status == 413)
            let model = String(repeating: "m", count: 200)
            let events = (0..<1_000).map { place in
                #"{"id": "e\#(place)", "customer": "c", "cost_micros": 1, "model": "\#(model)"}"#
            }
            let reply = try await house.post("/v1/usage", "[" + events.joined(separator: ",") + "]", key: ada.key)
            #expect(reply.status == 200)
            #expect(reply.integer("accepted") == 1_000)
        }
    }

    @Test func `headers have a limit in number, in size and together`() async throws {
        try await ServedHouse.open { house in
            let many = (0..<65).map { "X-H\($0): v\r\n" }.joined()
            let long = "X-Long: \(String(repeating: "v", count: 9_000))\r\n"
            let together = (0..<5).map { "X-H\($0): \(String(repeating: "v", count: 4_000))\r\n" }.joined()
            for headers in [many, long, together] {
                let socket = try Socket(port: house.port)
                await socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
                let reply = try await socket.reply()
                #expect(reply.status == 431)
                #expect(reply.code == "header_too_large")
                #expect(reply.headers["request-id"]?.hasPrefix("breq_") == true)
                #expect(await socket.isClosedByServer())
            }
        }
    }

    @Test func `a header that drips in is cut off`() async throws {
        try await ServedHouse.open(limits: impatient) { house in
            let socket = try Socket(port: house.port)
            await socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            let dripping = Task { while await socket.send("s"), !Task.isCancelled { await Task.yield() } }
            let reply = try await socket.reply()
            #expect(reply.status == 408 || reply.status == 431)
            dripping.cancel()
            #expect(await socket.isClosedByServer())
        }
    }

    @Test func `a body that does not come to its end is cut off`() async throws {
        try await ServedHouse.open(limits: impatient) { house in
            let socket = try Socket(port: house.port)
            await socket.send("POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            let reply = try await socket.reply()
            #expect(reply.status == 408)
            #expect(reply.code == "request_too_slow")
            #expect(await socket.isClosedByServer())
            #expect(try await house.rows("inbox") == 0)
        }
    }

    @Test func `a connection on which nothing happens is closed`() async throws {
        try await ServedHouse.open(limits: impatient) { house in
            let silent = try Socket(port: house.port)
            #expect(await silent.isClosedByServer())
            let kept = try Socket(port: house.port)
            await kept.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await kept.reply().status == 200)
            #expect(await kept.isClosedByServer())
        }
    }

    @Test func `a hundred slow clients do not keep a healthy one waiting`() async throws {
        try await ServedHouse.open { house in
            var slow: [Socket] = []
            for _ in 0..<100 {
                let socket = try Socket(port: house.port)
                await socket.send("POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n")
                slow.append(socket)
            }
            #expect(try await house.get("/readyz", key: nil).status == 200)
            #expect(slow.count == 100)
        }
    }

    @Test func `one connection carries many requests, sent one after the other or at once`() async throws {
        try await ServedHouse.open { house in
            let socket = try Socket(port: house.port)
            for _ in 0..<3 {
                await socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                let reply = try await socket.reply()
                #expect(reply.status == 200)
                #expect(reply.headers["connection"] == nil)
            }
            let other = try Socket(port: house.port)
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            await other.send(request + request + "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await other.reply().status == 200)
        }
    }

    @Test func `a client that asks first is told to go on`() async throws {
        try await ServedHouse.open { house in
            let socket = try Socket(port: house.port)
            await socket.send(
                "POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await socket.reply().status == 100)
            await socket.send("{}")
            #expect(try await socket.reply().status == 400)
        }
    }

    @Test func `a client is not told to go on in the middle of an answer to another request`() async throws {
        try await ServedHouse.open { house in
            let socket = try Socket(port: house.port)
            await socket.send(
                "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await socket.reply().status == 200)
        }
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `what is not HTTP is refused and cut off`(request: String) async throws {
        try await ServedHouse.open(limits: impatient) { house in
            let socket = try Socket(port: house.port)
            await socket.send(request)
            let reply = try await socket.reply()
            #expect(reply.status == 400 || reply.status == 505)
            #expect(reply.headers["request-id"] != nil)
            #expect(await socket.isClosedByServer())
            #expect(try await house.get("/healthz", key: nil).status == 200)
        }
    }
}
