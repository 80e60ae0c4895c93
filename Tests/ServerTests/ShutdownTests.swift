import ServiceLifecycle
import Storage
import Testing
import Worker

@testable import Server

/// Asked to stop, the server takes nothing new, answers truly what it has begun, and is gone in time.
struct ShutdownTests {
    @Test func `what is in flight is answered and what is idle is closed`() async throws {
        try await ServedHouse.open { house in
            let idle = try Socket(port: house.port)
            let kept = try Socket(port: house.port)
            await kept.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await kept.reply().status == 200)
            let body = Array(#"{"name": "N", "currency": "usd", "stripe": "none"}"#.utf8)
            let coming = try Socket(port: house.port)
            await coming.send(
                "POST /v1/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ServedHouse.platformKey)\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n{")
            // The request is under way when its header was answered for; the rest comes after the signal.
            #expect(try await house.get("/healthz", key: nil).status == 200)
            await house.services.triggerGracefulShutdown()
            #expect(await idle.isClosedByServer())
            #expect(await kept.isClosedByServer())
            await coming.send(Array(body.dropFirst()))
            if let reply = try? await coming.reply() {
                #expect(reply.status == 201)
                #expect(reply.headers["connection"] == "close")
                #expect(try await house.rows("accounts") == 1)
            } else {
                #expect(try await house.rows("accounts") == 0)
            }
            #expect(throws: Socket.Unanswered.self) { try Socket(port: house.port) }
        }
    }

    @Test func `a request that never comes to its end does not hold the server up`() async throws {
        var limits = ServerLimits()
        limits.quiesceSeconds = 1
        try await ServedHouse.open(limits: limits) { house in
            let slow = try Socket(port: house.port)
            await slow.send("POST /stripe/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
            #expect(try await house.get("/healthz", key: nil).status == 200)
            await house.services.triggerGracefulShutdown()
            #expect(await slow.isClosedByServer())
        }
    }
}
