import Foundation
import Rehearsal

/// The attacked: a real `bursar serve` on a file of its own, with the sandbox for its Stripe.
final class Castle {
    static let platformKey = "bursar_canary_of_the_platform_key"
    static let stripeKey = "sk_test_canary_of_the_attack"
    static let platformSecret = "whsec_canary_of_the_platform"
    static let connectSecret = "whsec_canary_of_connect"

    let folder: String
    let programs: String
    let port: Int
    let record = AnswerRecord()
    let platform: Caller
    let books: OpenBooks
    private(set) var bursar: ServerProcess
    let sandbox: ServerProcess
    let stripe: Caller
    private let environment: [String: String]

    /// - Parameter programs: the folder with `bursar` and `stripe-sandbox`.
    init(in folder: String, programs: String) async throws {
        self.folder = folder
        self.programs = programs
        let port = try Self.freePort()
        self.port = port
        let url = "http://127.0.0.1:\(port)"
        sandbox = try ServerProcess(
            "\(programs)/stripe-sandbox",
            [
                "--listen", "127.0.0.1:0", "--secret-key", Self.stripeKey, "--client-id", "ca_attack",
                "--settlement-delay", "100", "--webhook", "\(url)/stripe/webhooks", "--webhook-secret",
                Self.platformSecret, "--connect-webhook", "\(url)/stripe/webhooks/connect", "--connect-webhook-secret",
                Self.connectSecret,
            ], in: folder, environment: [:])
        let stripeURL = try await sandbox.word(after: "stripe-sandbox listens on ")
        stripe = Caller(port: Int(stripeURL.split(separator: ":").last ?? "") ?? 0, record: AnswerRecord())
        environment = [
            "BURSAR_DATABASE": "sqlite:\(folder)/bursar.sqlite", "BURSAR_CREATE_DATABASE": "yes",
            "BURSAR_LISTEN": "127.0.0.1:\(port)", "BURSAR_PUBLIC_URL": url, "BURSAR_PLATFORM_KEY": Self.platformKey,
            "BURSAR_LOG_LEVEL": "debug", "BURSAR_STRIPE_SECRET_KEY": Self.stripeKey,
            "BURSAR_STRIPE_CLIENT_ID": "ca_attack", "BURSAR_STRIPE_WEBHOOK_SECRETS": Self.platformSecret,
            "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS": Self.connectSecret, "BURSAR_STRIPE_API_BASE": stripeURL,
            "BURSAR_STRIPE_CONNECT_BASE": stripeURL,
        ]
        bursar = try ServerProcess("\(programs)/bursar", ["serve"], in: folder, environment: environment)
        _ = try await bursar.word(after: "bursar is ready on ")
        platform = Caller(port: port, record: record)
        books = try OpenBooks(path: "\(folder)/bursar.sqlite")
    }

    /// The same books with a live key: nothing that comes to it may be believed that is not live.
    func turnLive() async throws {
        try await restart(
            with: [
                "BURSAR_STRIPE_SECRET_KEY": "sk_live_canary", "BURSAR_PUBLIC_URL": "https://bill.example",
                "BURSAR_STRIPE_API_BASE": "https://127.0.0.1:9", "BURSAR_STRIPE_CONNECT_BASE": "https://127.0.0.1:9",
            ])
    }

    /// And back.
    func turnTest() async throws { try await restart(with: [:]) }

    private func restart(with changes: [String: String]) async throws {
        bursar.stop()
        bursar = try ServerProcess(
            "\(programs)/bursar", ["serve"], in: folder, environment: environment.merging(changes) { _, new in new })
        try await eventually("bursar is ready again") {
            (try? caller().call("GET", "/readyz"))?.status == 200 ? true : nil
        }
    }

    /// Waits until nothing waits in the inbox.
    func settled() async throws -> InboxLook {
        try await eventually("the inbox is worked off") {
            let look = try await books.look()
            return look.waiting == 0 ? look : nil
        }
    }

    func caller() -> Caller { Caller(port: port, record: record) }

    /// Asks until there is an answer, for at most 20 s.
    @discardableResult
    func eventually<Answer>(_ what: String, _ ask: () async throws -> Answer?) async throws -> Answer {
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(20) {
            if let answer = try await ask() { return answer }
            try await Task.sleep(for: .milliseconds(15))
        }
        throw AttackTrouble("in vain it was waited for 20 s until \(what)")
    }

    /// A command of the same Bursar's, to its end.
    /// - Returns: all that it said.
    /// - Throws: `AttackTrouble` when it fails: then it has not said what it could have said.
    func command(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "\(programs)/bursar")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "HOME": folder]) { own, _ in own }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw AttackTrouble(
                "bursar \(arguments.joined(separator: " ")) fails: \(String(decoding: said, as: UTF8.self))")
        }
        return Array(said)
    }

    /// Every file that the attacked has written.
    func files() throws -> [(name: String, bytes: [UInt8])] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { !$0.hasPrefix("stripe-sandbox") }
            .map { ($0, Array(try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))) }
    }

    private static func freePort() throws -> Int {
        let probe = try LoopbackListener()
        return probe.port
    }
}
