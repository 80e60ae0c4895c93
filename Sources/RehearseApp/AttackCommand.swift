import ArgumentParser
import Foundation
import Rehearsal

/// What strangers, thieves and careless people do to a running Bursar.
struct AttackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack",
        abstract: "Attacks a real `bursar serve` through sockets: forged webhooks, slow clients, foreign keys.",
        discussion: """
            Starts `bursar serve` on a file of its own and the sandbox as its Stripe, from the folder that this \
            program is in, moves two merchants in, and plays: the files of Webhooks/attacks; mutants of signed \
            webhooks; signed events of a wrong mode, account or merchant; JSON bombs and endless bodies at every \
            route; slow clients, many at once; every route × who calls × whose thing is meant; card numbers in every \
            text. In the end each byte that was written anywhere is looked through for secrets and card numbers.

            EXAMPLES
              rehearse attack
              rehearse attack --seed 7 --mutations 1000000 --slow-clients 1000 --seconds 60
              rehearse attack --only two-timestamps
            """)

    @Option(help: "Seed of the mutants and of where card numbers are typed.")
    var seed: UInt64 = 1

    @Option(help: "How many mutants of signed webhooks are tried in all.")
    var mutations = 100_000

    @Option(help: "How many of them go through the socket; the others straight into the inbox's own door.")
    var throughSocket = 5_000

    @Option(help: "How many slow clients there are at once.")
    var slowClients = 1_000

    @Option(help: "For how many seconds they are held.")
    var seconds = 12

    @Option(help: "Of the large JSON bombs and endless bodies only every so many-th is sent.")
    var bombsEvery = 16

    @Option(help: "Only this attack file, without what else there is.")
    var only: String?

    @Option(help: "The contract with Stripe, with the attack files in it.")
    var webhooks = "Webhooks"

    private static let failuresShown = 40

    func validate() throws {
        guard mutations >= throughSocket, throughSocket >= 0 else {
            throw ValidationError("--mutations is at least --through-socket (\(throughSocket)), which is 0 or more")
        }
        guard (0...3_000).contains(slowClients) else { throw ValidationError("--slow-clients is 0 to 3000") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600") }
        guard bombsEvery >= 1 else { throw ValidationError("--bombs-every is 1 or more") }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let folder = FileManager.default.temporaryDirectory.appending(path: "bursar-attack-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var report = AttackReport()
        do { try await attack(in: folder, into: &report) } catch let trouble as AttackTrouble {
            report.fail("\(trouble)")
        }
        for failure in report.failures.prefix(Self.failuresShown) { print("FAILED: \(failure)") }
        let others = report.failures.count - Self.failuresShown
        if others > 0 { print("FAILED: \(others) more") }
        report.add("seed", "\(seed)")
        report.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        report.add("failed", report.failures.count)
        print(report.table)
        print("  seconds of each round: \(report.times.joined(separator: ", "))")
        guard report.failures.isEmpty else {
            print("  repeat: rehearse attack --seed \(seed)\(only.map { " --only \($0)" } ?? "")")
            throw ExitCode.failure
        }
    }

    private func attack(in folder: String, into report: inout AttackReport) async throws {
        let castle = try await Castle(in: folder, programs: try Self.programs())
        let merchant = try await Settler.settle("ada", in: castle)
        let forge = AttackForge(
            .init(
                platformSecret: Castle.platformSecret, connectSecret: Castle.connectSecret,
                stripeAccount: merchant.stripeAccount, payloads: try payloads()),
            seconds: Int64(Date().timeIntervalSince1970))
        try await report.timed("files") {
            try await FileRound(castle, forge: forge, folder: "\(webhooks)/attacks", only: only).play(into: &$0)
        }
        guard only == nil else { return }
        let stranger = try await Settler.settle("ben", in: castle)
        let routes = try await RouteLine.table()
        let worlds = { WorldRound(castle: castle, forge: forge, merchant: merchant, stranger: stranger, live: $0) }
        try await report.timed("mutants") {
            try await MutationRound(
                castle: castle, forge: forge, seed: seed, count: mutations, throughSocket: throughSocket
            ).play(into: &$0)
        }
        try await report.timed("worlds") { try await worlds(false).play(into: &$0) }
        try await report.timed("bombs") {
            try BombRound(castle: castle, routes: routes, merchant: merchant, every: bombsEvery).play(into: &$0)
        }
        try await report.timed("slow") {
            try SlowRound(castle: castle, merchant: merchant, clients: slowClients, seconds: seconds).play(into: &$0)
        }
        try await report.timed("access") { try await AccessRound(castle, routes, merchant, stranger).play(into: &$0) }
        try await report.timed("cards") {
            try await CardRound(castle: castle, routes: routes, merchant: merchant, seed: seed).play(into: &$0)
        }
        try await report.timed("live") {
            try await castle.turnLive()
            try await worlds(true).play(into: &$0)
            try await castle.turnTest()
        }
        try await report.timed("scan") {
            try await RestRound(castle: castle, merchant: merchant, stranger: stranger).play(into: &$0)
        }
    }

    /// The folder that this program was built into.
    private static func programs() throws -> String {
        guard let here = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path,
            ["bursar", "stripe-sandbox"].allSatisfy({ FileManager.default.isExecutableFile(atPath: "\(here)/\($0)") })
        else { throw ValidationError("bursar and stripe-sandbox are not beside this program; build all of it first") }
        return here
    }

    /// The `payload.json` of each event, by the event's name.
    private func payloads() throws -> [String: Data] {
        var payloads: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: webhooks) {
            payloads[name] = FileManager.default.contents(atPath: "\(webhooks)/\(name)/payload.json")
        }
        guard !payloads.isEmpty else { throw ValidationError("--webhooks holds no event of the contract: \(webhooks)") }
        return payloads
    }
}
