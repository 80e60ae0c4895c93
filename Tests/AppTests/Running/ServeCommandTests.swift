import Billing
import Foundation
import Glibc
import Ledger
import Storage
import Stripe
import Synchronization
import Testing

@testable import App

/// A real `bursar serve`, asked to end.
struct ServeCommandTests {
    private static let key = "bursar_platform_key_of_the_serve_tests"

    /// A server on a free port, which has said that it is ready.
    private struct Server {
        let program: Program
        let base: String
        let transport: CurlTransport

        init(in folder: TemporaryFolder, environment: [String: String] = [:]) async throws {
            program = try Program(
                ["serve", "--listen", "127.0.0.1:0"], in: folder,
                environment: [
                    "BURSAR_PLATFORM_KEY": ServeCommandTests.key, "BURSAR_CREATE_DATABASE": "yes",
                ].merging(environment) { _, own in own })
            let line = await program.firstLine()
            base = String(try #require(line.firstMatch(of: #/^bursar is ready on (http:\S+) /#), "\(line)").output.1)
            transport = try CurlTransport()
        }

        func post(_ path: String, _ json: String, account: String? = nil) async throws -> (status: Int, body: Data) {
            var headers: HTTPHeaders = [
                "Authorization": "Bearer \(ServeCommandTests.key)", "Content-Type": "application/json",
            ]
            if let account { headers.append("Bursar-Account", account) }
            let answer = try await transport.send(
                HTTPRequest(
                    method: .post, url: base + path, headers: headers, body: Array(json.utf8),
                    timeoutMilliseconds: 30_000))
            return (answer.status, Data(answer.body))
        }

        func account(_ json: String) async throws -> String {
            let made = try await post("/v1/accounts", json)
            #expect(made.status == 201)
            return try #require((try JSONSerialization.jsonObject(with: made.body) as? [String: Any])?["id"] as? String)
        }
    }

    @Test func `SIGTERM under load ends it within 10 s, and every answer that was given is true`() async throws {
        let folder = try TemporaryFolder()
        let server = try await Server(in: folder)
        let account = try await server.account(#"{"name": "Shop", "currency": "usd", "stripe": "none"}"#)
        let accepted = Accepted()
        let lasted = try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    // Until the server takes no more.
                    for number in 0... {
                        let id = "\(lane)-\(number)"
                        let event = #"{"id": "\#(id)", "customer": "ada", "cost_micros": 1}"#
                        guard let answer = try? await server.post("/v1/usage", event, account: account),
                            answer.status < 300
                        else { return }
                        accepted.add(id)
                    }
                }
            }
            // Some load has to be there, and to go on, when the signal comes.
            while accepted.ids.count < 200 { await Task.yield() }
            let asked = ContinuousClock.now
            server.program.terminate()
            #expect(await server.program.status() == 0)
            try await group.waitForAll()
            return asked.duration(to: .now)
        }
        #expect(lasted < .seconds(10))
        let database = try Database.open(.sqlite(path: folder.path(of: "bursar.sqlite")))
        let known = try await database.read { tx in
            Set(try tx.query("SELECT event_id FROM usage_events").map { try $0.text("event_id") })
        }
        await database.close()
        #expect(accepted.ids.subtracting(known).isEmpty)
        #expect(known.count >= 200)
    }

    @Test func `a request that hangs at Stripe does not hold the end up`() async throws {
        let folder = try TemporaryFolder()
        // Takes connections into its backlog and never answers.
        let hole = try #require(BlackHole())
        let server = try await Server(
            in: folder,
            environment: [
                "BURSAR_STRIPE_SECRET_KEY": "sk_test_1", "BURSAR_STRIPE_API_BASE": "http://127.0.0.1:\(hole.port)",
            ])
        let account = try await server.account(#"{"name": "Shop", "currency": "usd", "stripe": "platform"}"#)
        let customer = #"{"external_id": "ada", "stripe_customer": "cus_1", "payment_method": "pm_1"}"#
        #expect(try await server.post("/v1/customers", customer, account: account).status == 201)
        let usage = #"{"id": "e1", "customer": "ada", "cost_micros": 5000000}"#
        #expect(try await server.post("/v1/usage", usage, account: account).status == 200)
        #expect(try await server.post("/v1/charges", #"{"customer": "ada"}"#, account: account).status == 201)
        await hole.waitForConnection()
        let asked = ContinuousClock.now
        server.program.terminate()
        #expect(await server.program.status() == 0)
        #expect(asked.duration(to: .now) < .seconds(10))
    }

    @Test func `a second signal ends it at once`() async throws {
        let folder = try TemporaryFolder()
        let server = try await Server(in: folder)
        server.program.terminate()
        server.program.terminate()
        #expect(await server.program.status() == 0)
    }

    @Test func `an address that is taken is said in one line`() async throws {
        let folder = try TemporaryFolder()
        let server = try await Server(in: folder)
        let address = String(server.base.dropFirst("http://".count))
        let second = try await Program.run(
            "serve", "--listen", address, "--database", "other.sqlite", "--create-database", "yes",
            in: try TemporaryFolder())
        #expect(second.status == 69)
        #expect(second.err.contains("cannot listen on \(address)"))
        server.program.terminate()
        #expect(await server.program.status() == 0)
    }
}

/// What the server has said it has taken.
private final class Accepted: Sendable {
    private let known = Mutex<Set<String>>([])

    var ids: Set<String> { known.withLock { $0 } }

    func add(_ id: String) { known.withLock { _ = $0.insert(id) } }
}

/// A listening socket that nobody accepts from.
private final class BlackHole: Sendable {
    private let socket: Int32
    let port: UInt16

    init?() {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, generic, &length) == 0
            }
        }
        guard isListening else { return nil }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    /// Until somebody has connected; the connection stays open and is never answered.
    func waitForConnection() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [socket] in
                _ = accept(socket, nil, nil)
                continuation.resume()
            }
        }
    }
}
