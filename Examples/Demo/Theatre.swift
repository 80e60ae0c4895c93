import Foundation
import Stripe

/// The folder, the two processes in it, and those who talk to them.
struct Theatre: Sendable {
    let folder: String
    /// Where the programs are: beside this one.
    let programs: String
    let bursar: BursarAPI
    let stripe: SandboxControl
    let browser: Browser
    private let processes: [ChildProcess]
    private let transport: CurlTransport

    private static let stripeKey = "sk_test_demo"
    private static let clientID = "ca_demo"

    /// Where customers go after paying.
    var thankYou: String { "\(bursar.base)/healthz" }

    /// Sets up what a real installation sets up, in that order: Stripe, `bursar init`, the settings, the webhook
    /// endpoints at Stripe with their secrets, `bursar serve`.
    static func open(_ stage: Stage) async throws -> Theatre {
        let folder = try makeFolder()
        let programs = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        let transport = try CurlTransport()
        let wire = Wire(transport: transport.transport)
        stage.chapter("Two processes start in \(folder)")

        let sandbox = try ChildProcess.start(
            "\(programs)/stripe-sandbox",
            [
                "--listen", "127.0.0.1:0", "--seed", "7", "--secret-key", stripeKey, "--client-id", clientID,
                "--settlement-delay=-1",
            ], in: folder, log: "stripe-sandbox.log")
        let stripe = SandboxControl(
            wire: wire, base: try await sandbox.word(after: "stripe-sandbox listens on "), secretKey: stripeKey)
        stage.tell("stripe-sandbox, a stateful Stripe for Connect: \(stripe.base)")

        let base = "http://127.0.0.1:\(try freePort())"
        let key = try await initialize(folder: folder, programs: programs)
        try configure(folder: folder, programs: programs, base: base, stripe: stripe)
        let server = try ChildProcess.start("\(programs)/bursar", ["serve"], in: folder, log: "bursar.log")
        let address = try await server.word(after: "bursar is ready on ")
        stage.tell("bursar serve, with its books in one SQLite file: \(address)")
        return Theatre(
            folder: folder, programs: programs, bursar: BursarAPI(wire: wire, base: base, key: key), stripe: stripe,
            browser: Browser(wire: wire), processes: [server, sandbox], transport: transport)
    }

    /// The server first, so that it can still end what it has begun at Stripe.
    func close() async {
        for process in processes { process.stop() }
        await transport.abort()
    }

    private static func makeFolder() throws -> String {
        let name = "bursar-demo-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return folder
    }

    /// `bursar init` makes the database, the settings file and the platform's key.
    private static func initialize(folder: String, programs: String) async throws -> String {
        let (status, output) = try ChildProcess.run(
            "\(programs)/bursar", ["init", "--database", "bursar.sqlite", "--json"], in: folder)
        guard status == 0 else { throw Disappointment(description: "bursar init ends with \(status): \(output)") }
        return try JSONDecoder().decode(Value.self, from: Data(output.utf8))["platform_key"].text
    }

    /// Writes where Stripe is into the settings file, and has both webhook endpoints made there.
    private static func configure(folder: String, programs: String, base: String, stripe: SandboxControl) throws {
        let lines = [
            "BURSAR_LISTEN=\(base.dropFirst("http://".count))", "BURSAR_STRIPE_SECRET_KEY=\(stripeKey)",
            "BURSAR_STRIPE_CLIENT_ID=\(clientID)", "BURSAR_STRIPE_API_BASE=\(stripe.base)",
            "BURSAR_STRIPE_CONNECT_BASE=\(stripe.base)",
        ]
        guard let file = FileHandle(forWritingAtPath: "\(folder)/bursar.env") else {
            throw Disappointment(description: "bursar init made no settings file in \(folder)")
        }
        try file.seekToEnd()
        try file.write(contentsOf: Data(("\n# --- the demo\n\n" + lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
        let (status, output) = try ChildProcess.run(
            "\(programs)/bursar", ["webhooks", "register", "--write"], in: folder)
        guard status == 0 else {
            throw Disappointment(description: "bursar webhooks register ends with \(status): \(output)")
        }
    }
}
