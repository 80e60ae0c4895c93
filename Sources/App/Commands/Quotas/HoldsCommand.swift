import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct HoldsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: "Authorizations: money set apart for a request before its provider is called.",
        discussion: """
            Examples:
              bursar holds create user-17 --model gpt-5 --quantity input_tokens=1200 --quantity output_tokens=800
              bursar holds capture bhld_… --quantity input_tokens=1180 --quantity output_tokens=412
              bursar holds release bhld_…
            """,
        subcommands: [
            HoldsCreate.self, HoldsCapture.self, HoldsRelease.self, HoldsList.self, HoldsShow.self,
        ])
}

struct HoldsCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Holds what a request will take, as POST /v1/authorizations does.",
        discussion: """
            Give the amount that it will come to, or the model or the product and how much of it is used.
            Exit status 1 when it is refused; nothing is held then.

            Examples:
              bursar holds create user-17 --amount-micros 2500000
              bursar holds create user-17 --model gpt-5 --quantity input_tokens=1200 --expires-in 60
            """)

    @Argument(help: "The customer, by external id or bcus_…; not needed with a key of theirs.") var customer: String?
    @Option(help: "An API key of the account or of the customer, by its id.") var key: String?
    @OptionGroup(title: "Estimate") var estimate: EstimateOptions
    @Option(help: ArgumentHelp("How long it is held; as the account's terms say.", valueName: "seconds"))
    var expiresIn: Int64?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = try NewAuthorization(
            customer: customer, key: key, estimate: try estimate.estimate(), expiresIn: expiresIn)
        let outcome = try await desk.database.write { [merchant] tx in
            try desk.worker.authorizations.authorize(new, account: try merchant.find(at: desk, in: tx), in: tx)
        }
        switch outcome {
        case .held(let granted): try desk.show(desk.shapes.hold(granted)) { granted.text }
        case .refused(let refusal):
            try desk.show(desk.shapes.refusal(refusal)) { refusal.verdict }
            throw ExitStatus.finding.code
        }
    }
}

/// One hold of one merchant.
struct HoldArgument: ParsableArguments, Sendable {
    @Argument(help: "The hold's id (bhld_…).") var hold: String
    @OptionGroup var merchant: AccountOption

    /// The merchant follows from the hold when none is named.
    func find(at desk: Desk, in tx: Transaction) throws -> (Hold, ConnectedAccount) {
        let id: Hold.ID = try desk.id(hold, of: "authorization", list: "bursar holds list")
        guard let hold = try tx.holds.find(id) else { throw WorkerError.notFound("authorization") }
        guard merchant.account != nil else { return (hold, try desk.worker.accounts.get(hold.account, in: tx)) }
        let account = try merchant.find(at: desk, in: tx)
        return (try desk.worker.authorizations.get(id, account: account, in: tx), account)
    }
}

struct HoldsCapture: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture", abstract: "Posts what the request really took, and gives back what it held.",
        discussion: """
            What is not said is as it was estimated, but for cost and quantities. The same again changes nothing.

            Examples:
              bursar holds capture bhld_… --quantity input_tokens=1180 --quantity output_tokens=412
              bursar holds capture bhld_… --cost-micros 1810
            """)

    @OptionGroup var target: HoldArgument
    @Option(help: ArgumentHelp("What the provider took.", valueName: "micros")) var costMicros: Int64?
    @Option(help: ArgumentHelp("How much of a unit; may be given several times.", valueName: "unit=number"))
    var quantity: [String] = []
    @Option(help: "Who sells the model.") var provider: String?
    @Option(help: "The provider's model.") var model: String?
    @Option(help: "The feature of yours that used it.") var feature: String?
    @Option(help: "What was done.") var action: String?
    @Option(help: "The product whose meters make the price, by its slug.") var product: String?
    @Option(help: "The organization that the customer used it for.") var organization: String?
    @Option(help: "How many milliseconds the provider took.") var latencyMs: Int64?
    @Option(help: ArgumentHelp("Anything of yours; may be given several times.", valueName: "key=value"))
    var metadata: [String] = []
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = try capture()
        let captured = try await desk.database.write { [target] tx in
            let (hold, account) = try target.find(at: desk, in: tx)
            return try desk.worker.authorizations.capture(hold.id, new, account: account, in: tx)
        }
        try desk.show(desk.shapes.hold(captured)) {
            "Captured \(captured.hold.capturedMicros ?? 0) micros of \(captured.hold.id), which held "
                + "\(captured.hold.heldMicros); usage event \(captured.event.id)."
        }
    }

    private func capture() throws -> NewCapture {
        var capture = NewCapture()
        capture.costMicros = costMicros
        capture.quantities = try Quantities(typed: quantity)
        capture.provider = provider
        capture.model = model
        capture.feature = feature
        capture.action = action
        capture.product = product
        capture.organization = organization
        capture.latencyMs = latencyMs
        capture.metadata = try pairs(metadata, flag: "--metadata")
        return capture
    }
}

struct HoldsRelease: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Gives up a hold that nothing will be captured of.",
        discussion: "Example:\n  bursar holds release bhld_…")

    @OptionGroup var target: HoldArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let released = try await desk.database.write { [target] tx in
            let (hold, account) = try target.find(at: desk, in: tx)
            return try desk.worker.authorizations.release(hold.id, account: account, in: tx)
        }
        try desk.show(desk.shapes.hold(released)) {
            "\(released.id) is \(released.status(at: desk.worker.context.now).rawValue)."
        }
    }
}

extension GrantedHold {
    /// For a person: what is held, until when, and what to do before the provider is called.
    fileprivate var text: String {
        var lines = ["Held \(hold.heldMicros) micros as \(hold.id) until \(hold.expiresAt.listText)."]
        if let delay, let throttledBy {
            lines.append("Wait \(delay.milliseconds) ms before the call, by \(throttledBy.name).")
        }
        if let availableMicros { lines.append("wallet: \(availableMicros) micros still available") }
        return lines.joined(separator: "\n")
    }
}
