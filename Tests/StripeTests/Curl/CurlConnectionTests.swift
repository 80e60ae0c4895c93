import Testing

@testable import Stripe

/// Connections: kept, shared, found dead, given up.
@Suite(.timeLimit(.minutes(1))) struct CurlConnectionTests {
    private static func failure(_ body: () async throws(TransportError) -> HTTPResponse) async -> TransportError? {
        do throws(TransportError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    /// Answers every request of a connection with the last word of its path.
    private static func echo(_ connection: Connection) {
        while let request = connection.readRequest() {
            let path = request.split(separator: " ")[1]
            connection.answer(String(path.split(separator: "/").last ?? ""))
        }
    }

    @Test func `one request after another goes over one connection`() async throws {
        let server = try LoopbackServer { connection, _ in Self.echo(connection) }
        let curl = try CurlTransport()
        for number in 0..<20 {
            let response = try await curl.send(HTTPRequest(method: .get, url: "\(server.url)/\(number)"))
            #expect(response.body == Array("\(number)".utf8))
        }
        #expect(server.connections == 1)
        await curl.drain()
    }

    @Test func `many at once share few connections and each gets its own answer`() async throws {
        let server = try LoopbackServer { connection, _ in Self.echo(connection) }
        var settings = CurlTransport.Settings()
        settings.maximumConnections = 4
        let curl = try CurlTransport(settings)
        let answers = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for number in 0..<400 {
                group.addTask {
                    let response = try await curl.send(HTTPRequest(method: .get, url: "\(server.url)/\(number)"))
                    return (number, response.body)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(answers == Dictionary(uniqueKeysWithValues: (0..<400).map { ($0, Array("\($0)".utf8)) }))
        #expect((1...4).contains(server.connections))
        await curl.drain()
    }

    /// Answers the first request of the first connection, reads the second one and hangs up without a word.
    private static func serverThatDropsTheSecond() throws -> LoopbackServer {
        try LoopbackServer { connection, number in
            guard number == 1 else { return echo(connection) }
            connection.readRequest()
            connection.answer("1")
            connection.readRequest()
        }
    }

    @Test func `a request with a key is sent again over a new connection when the kept one was dead`() async throws {
        let server = try Self.serverThatDropsTheSecond()
        let curl = try CurlTransport()
        let request = HTTPRequest(method: .post, url: "\(server.url)/1", body: [])
        _ = try await curl.send(request)
        let response = try await curl.send(request)
        #expect(response.status == 200)
        #expect(server.requests.count == 3)
    }

    @Test func `a request that must arrive at most once never meets a kept connection`() async throws {
        let server = try LoopbackServer { connection, number in
            connection.readRequest()
            if number == 1 { connection.answer("1") }
            if number == 1 { connection.readRequest() }
        }
        let curl = try CurlTransport()
        _ = try await curl.send(HTTPRequest(method: .get, url: server.url))
        let failure = await Self.failure { () async throws(TransportError) in
            try await curl.send(HTTPRequest(method: .post, url: server.url, atMostOnce: true))
        }
        #expect(failure?.kind == .indeterminate)
        #expect(server.requests.count == 2)
    }

    @Test func `a peer that hangs up while we are writing does not end the process`() async throws {
        let server = try LoopbackServer { connection, _ in connection.reset() }
        let curl = try CurlTransport()
        let body = [UInt8](repeating: 0x61, count: 4 << 20)
        let failure = await Self.failure { () async throws(TransportError) in
            try await curl.send(HTTPRequest(method: .post, url: server.url, body: body))
        }
        #expect(failure != nil)
    }

    // MARK: Cancelling and ending

    @Test func `a task cancelled before it sends ends unavailable and sends nothing`() async throws {
        let server = try LoopbackServer { connection, _ in Self.echo(connection) }
        let curl = try CurlTransport()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await Self.failure { () async throws(TransportError) in
                try await curl.send(HTTPRequest(method: .post, url: server.url))
            }
        }
        task.cancel()
        #expect(await task.value == TransportError(.unavailable, .cancelled))
        await curl.drain()
        #expect(server.requests.isEmpty)
    }

    @Test func `a task cancelled after it sent ends indeterminate`() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            arrived.yield()
            connection.waitForClient()
        }
        let curl = try CurlTransport()
        let task = Task {
            await Self.failure { () async throws(TransportError) in
                try await curl.send(HTTPRequest(method: .post, url: server.url))
            }
        }
        for await _ in arrivals { break }
        task.cancel()
        #expect(await task.value == TransportError(.indeterminate, .cancelled))
    }

    @Test func `draining answers what is under way and takes nothing new`() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Connection.self)
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            arrived.yield(connection)
            connection.waitForClient()
        }
        let curl = try CurlTransport()
        let task = Task { try await curl.send(HTTPRequest(method: .get, url: server.url)) }
        var iterator = arrivals.makeAsyncIterator()
        let connection = try #require(await iterator.next())
        let draining = Task { await curl.drain() }
        var refused: TransportError?
        while refused == nil {
            // Until the drain has begun this one would be taken; it is aimed at nobody.
            refused = await Self.failure { () async throws(TransportError) in
                try await curl.send(HTTPRequest(method: .get, url: "http://[", timeoutMilliseconds: 1_000))
            }
            if refused?.reason != .shutDown { refused = nil }
        }
        #expect(refused == TransportError(.unavailable, .shutDown))
        connection.answer("ok")
        #expect(try await task.value.body == Array("ok".utf8))
        await draining.value
    }

    @Test func `aborting ends what is under way as indeterminate, also in the middle of a drain`() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { connection, _ in
            connection.readRequest()
            arrived.yield()
            connection.waitForClient()
        }
        let curl = try CurlTransport()
        let task = Task {
            await Self.failure { () async throws(TransportError) in
                try await curl.send(HTTPRequest(method: .get, url: server.url))
            }
        }
        for await _ in arrivals { break }
        async let drained: Void = curl.drain()
        await curl.abort()
        await drained
        #expect(await task.value == TransportError(.indeterminate, .shutDown))
        await curl.abort()
    }
}
