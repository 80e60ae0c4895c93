import Testing

@testable import Server

struct ProbeTests {
    @Test func `a server that runs says that it is alive and ready`() async throws {
        try await ServedHouse.open { house in
            let alive = try await house.get("/healthz", key: nil)
            #expect(alive.status == 200)
            #expect(alive.string("status") == "ok")
            let ready = try await house.get("/readyz", key: nil)
            #expect(ready.status == 200)
            #expect(ready.string("status") == "ready")
            #expect(ready.integer("inbox_depth") == 0)
        }
    }

    @Test func `every answer names its request`() async throws {
        try await ServedHouse.open { house in
            for path in ["/healthz", "/nothing", "/v1/accounts", "/", "/openapi.yaml"] {
                let reply = try await house.get(path, key: nil)
                #expect(reply.headers["request-id"]?.hasPrefix("breq_") == true, "\(path)")
            }
        }
    }
}
