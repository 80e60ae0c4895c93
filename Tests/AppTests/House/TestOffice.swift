import ArgumentParser
import Billing
import Foundation
import Ledger
import Logging
import Storage
import Stripe
import StripeSandbox
import Synchronization
import Testing
import Worker

@testable import App

/// What was said so far.
private final class Transcript: Sendable {
    private let said = Mutex("")

    var text: String { said.withLock { $0 } }

    @Sendable func add(_ more: String) { said.withLock { $0 += more } }
}

/// The commands of one Bursar in this process, on a database in memory and with a Stripe of its own.
struct TestOffice {
    /// What a command said and how it ended.
    struct Outcome {
        let status: Int32
        let out: String
        let err: String

        /// The answer of a command that was given `--json`.
        var json: [String: Any] {
            get throws { try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any]) }
        }

        func text(_ name: String) throws -> String { try #require(try json[name] as? String) }
    }

    let sandbox: StripeSandbox
    let worker: BillingWorker

    private static let base = "http://stripe.test"

    /// - Parameter answers: what Stripe is to answer instead of the sandbox, if anything.
    init(answers: (@Sendable (HTTPRequest) -> Result<HTTPResponse, TransportError>?)? = nil) async throws {
        var settings = SandboxSettings()
        settings.baseURL = Self.base
        settings.settlementDelay = nil
        let sandbox = StripeSandbox(settings: settings, clock: { Seams.world.now().millisecondsSince1970 })
        self.sandbox = sandbox
        let database = try Database.open(.memory)
        try await database.migrate(Schema.migrations)
        let client = StripeClient(
            secretKey: SecretKey("sk_test_sandbox"), apiVersion: "2026-10-28.endive", apiBase: Self.base,
            connectBase: Self.base,
            transport: { request throws(TransportError) in
                if let answer = answers?(request) { return try answer.get() }
                return try await Self.answer(request, sandbox)
            })
        worker = BillingWorker(
            WorkerContext(
                database: database, seams: .world, pause: { _ in },
                stripe: StripeAccess(
                    client: client, clientID: "ca_sandbox", livemode: false, platformSecrets: [], connectSecrets: []),
                policy: WorkerPolicy(publicURL: "https://bill.example"), logger: .silent))
    }

    /// Runs a command line, as `bursar LINE` would.
    @discardableResult
    func run(_ line: String...) async throws -> Outcome { try await run(line) }

    func run(_ line: [String]) async throws -> Outcome {
        let (out, err) = (Transcript(), Transcript())
        let terminal = Terminal(
            out: out.add, err: err.add,
            isInteractive: false, showsProgress: false, json: line.contains("--json"))
        var status: Int32 = 0
        do {
            let command = try #require(try Bursar.parseAsRoot(line) as? any DeskCommand)
            try await reportingFailures(on: terminal) {
                try await command.run(at: Desk(worker: worker, terminal: terminal, publicURL: "https://bill.example"))
            }
        } catch {
            status = Bursar.exitCode(for: error).rawValue
            if !(error is ExitCode) { err.add(Bursar.message(for: error)) }
        }
        return Outcome(status: status, out: out.text, err: err.text)
    }

    /// The control calls and the API of the sandbox.
    func stripe(_ path: String, _ form: String = "") async throws -> [String: Any] {
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: "POST", target: path, headers: ["authorization": "Bearer sk_test_sandbox"],
                body: Array(form.utf8)))
        guard case .answer(let answer) = outcome else { return [:] }
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    private static func answer(
        _ request: HTTPRequest, _ sandbox: StripeSandbox
    ) async throws(TransportError) -> HTTPResponse {
        let headers = Dictionary(request.headers.fields.map { ($0.name, $0.value) }) { first, _ in first }
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: request.method.rawValue, target: String(request.url.dropFirst(base.count)), headers: headers,
                body: request.body ?? []))
        guard case .answer(let answer) = outcome else { throw TransportError(.indeterminate, .timedOut) }
        var response = HTTPResponse(status: answer.status, headers: [:], body: answer.body)
        for header in answer.headers { response.headers.append(header.name, header.value) }
        return response
    }
}

extension TestOffice {
    /// A merchant on the platform's own Stripe account, connected from the start.
    func openShop(_ name: String = "Shop", currency: String = "usd") async throws {
        let made = try await run("accounts", "create", "--name", name, "--currency", currency, "--stripe", "platform")
        #expect(made.status == 0, "\(made.err)")
    }

    /// A customer with a card that Stripe has on file.
    func customer(_ name: String, card: String = "pm_card_visa") async throws {
        let atStripe = try #require(try await stripe("/v1/customers")["id"] as? String)
        let method = try #require(
            try await stripe("/v1/payment_methods/\(card)/attach", "customer=\(atStripe)")["id"] as? String)
        let made = try await run(
            "customers", "create", name, "--stripe-customer", atStripe, "--payment-method", method)
        #expect(made.status == 0, "\(made.err)")
    }

    func use(_ micros: Int, by customer: String, id: String = "use-1") async throws {
        let recorded = try await run(
            "usage", "record", "--id", id, "--customer", customer, "--cost-micros", "\(micros)")
        #expect(recorded.status == 0, "\(recorded.err)")
    }
}

extension TestOffice {
    @discardableResult
    func run(_ command: String, _ subcommand: String, _ arguments: [String]) async throws -> Outcome {
        try await run([command, subcommand] + arguments)
    }
}
