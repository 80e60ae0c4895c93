import Testing

@testable import Stripe

@Suite(.timeLimit(.minutes(1))) struct CurlTransportTests {
    private static func get(_ url: String, timeoutMilliseconds: Int = 30_000) -> HTTPRequest {
        HTTPRequest(method: .get, url: url, timeoutMilliseconds: timeoutMilliseconds)
    }

    private static func failure(
        of request: HTTPRequest, settings: CurlTransport.Settings = .init()
    ) async throws -> TransportError? {
        let curl = try CurlTransport(settings)
        do throws(TransportError) {
            _ = try await curl.send(request)
            return nil
        } catch {
            return error
        }
    }

    // MARK: What arrives

    @Test func `method, headers and body arrive as they were given, and the answer comes back whole`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.answer("{}", status: "402 Payment Required", headers: "Request-Id:  req_1 \r\nX: a:b\r\n")
        }
        let curl = try CurlTransport()
        let response = try await curl.send(
            HTTPRequest(
                method: .post, url: "\(server.url)/v1/a%20b/..?x[y]=1", headers: ["Stripe-Account": "acct_1"],
                body: Array("amount=5".utf8)))
        #expect(response.status == 402)
        #expect(response.headers["request-id"] == "req_1")
        #expect(response.headers["x"] == "a:b")
        #expect(response.body == Array("{}".utf8))
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/a%20b/..?x[y]=1 HTTP/1.1\r\n"))
        #expect(request.contains("\r\nStripe-Account: acct_1\r\n"))
        #expect(request.contains("\r\nUser-Agent: Bursar\r\n"))
        #expect(!request.contains("Expect:"))
        #expect(request.hasSuffix("\r\n\r\namount=5"))
    }

    @Test func `a POST without a body says so`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.answer("ok")
        }
        let curl = try CurlTransport()
        let response = try await curl.send(HTTPRequest(method: .post, url: server.url))
        #expect(response.status == 200)
        #expect(server.requests.first?.contains("\r\nContent-Length: 0\r\n") == true)
    }

    @Test func `a large body is not held back for a 100 Continue, and interim answers are skipped`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            connection.answer("ok")
        }
        let body = [UInt8](repeating: 0x61, count: 2 << 20)
        let curl = try CurlTransport()
        let response = try await curl.send(HTTPRequest(method: .post, url: server.url, body: body))
        #expect(response.status == 200)
        #expect(response.headers["X-Early"] == nil)
        #expect(server.requests.first?.utf8.count ?? 0 > body.count)
    }

    @Test func `a redirect is an answer, not an order`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.answer("", status: "302 Found", headers: "Location: /elsewhere\r\n")
        }
        let curl = try CurlTransport()
        let response = try await curl.send(Self.get(server.url))
        #expect(response.status == 302)
        #expect(server.requests.count == 1)
    }

    // MARK: What was never sent

    @Test func `a refused connection is unavailable`() async throws {
        let failure = try await Self.failure(of: Self.get(try LoopbackServer.refusingURL()))
        #expect(failure == TransportError(.unavailable, .connectionFailed))
    }

    @Test func `a name that does not exist is unavailable`() async throws {
        let failure = try await Self.failure(of: Self.get("http://stripe.invalid"))
        #expect(failure == TransportError(.unavailable, .nameNotResolved))
    }

    @Test func `a TLS handshake that fails is unavailable`() async throws {
        let server = try LoopbackServer { connection, _ in connection.answer("this is not TLS") }
        let failure = try await Self.failure(of: Self.get("https://127.0.0.1:\(server.port)"))
        #expect(failure == TransportError(.unavailable, .tlsFailed))
    }

    @Test func `a TLS handshake that never ends is unavailable`() async throws {
        let server = try LoopbackServer { connection, _ in connection.waitForClient() }
        let failure = try await Self.failure(
            of: Self.get("https://127.0.0.1:\(server.port)", timeoutMilliseconds: 200))
        #expect(failure == TransportError(.unavailable, .timedOut))
    }

    @Test(arguments: ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://[", "", "http://a\nb"])
    func `any other kind of URL is refused`(url: String) async throws {
        let failure = try await Self.failure(of: Self.get(url))
        #expect(failure == TransportError(.unavailable, .requestMalformed))
    }

    @Test(arguments: ["a\r\nStripe-Account: acct_2", "a\nb", "a\u{0}b", ""])
    func `a header cannot bring another one, nor vanish`(value: String) async throws {
        let server = try LoopbackServer { connection, _ in connection.waitForClient() }
        var request = Self.get(server.url)
        request.headers.append("Stripe-Account", value)
        let failure = try await Self.failure(of: request)
        #expect(failure == TransportError(.unavailable, .requestMalformed))
        #expect(server.connections == 0)
    }

    // MARK: What may have been carried out

    @Test func `silence after the request is indeterminate`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.waitForClient()
        }
        let failure = try await Self.failure(of: Self.get(server.url, timeoutMilliseconds: 200))
        #expect(failure == TransportError(.indeterminate, .timedOut))
    }

    @Test func `an answer that drips past the timeout is indeterminate`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
            connection.waitForClient()
        }
        let failure = try await Self.failure(of: Self.get(server.url, timeoutMilliseconds: 200))
        #expect(failure == TransportError(.indeterminate, .timedOut))
    }

    @Test(arguments: [
        "", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a",
    ])
    func `a connection that ends before the answer does is indeterminate`(part: String) async throws {
        for resets in [false, true] {
            let server = try LoopbackServer { connection, _ in
                connection.readRequest()
                connection.write(part)
                if resets { connection.reset() }
            }
            let failure = try await Self.failure(of: Self.get(server.url))
            #expect(failure?.kind == .indeterminate, "part \(part), reset \(resets)")
        }
    }

    @Test func `an answer beyond the limit is cut off and indeterminate`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            connection.answer(String(repeating: "a", count: 100_000))
        }
        var settings = CurlTransport.Settings()
        settings.maximumBodyBytes = 99_999
        #expect(
            try await Self.failure(of: Self.get(server.url), settings: settings)
                == TransportError(.indeterminate, .answerTooLarge))
        settings.maximumBodyBytes = 100_000
        #expect(try await Self.failure(of: Self.get(server.url), settings: settings) == nil)
        settings.maximumHeaderBytes = 10
        #expect(
            try await Self.failure(of: Self.get(server.url), settings: settings)
                == TransportError(.indeterminate, .answerTooLarge))
    }
}
