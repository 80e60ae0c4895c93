import Foundation
import Rehearsal

/// Looks through every byte that the attacked has written, for secrets and for card numbers.
struct RestRound {
    let castle: Castle
    let merchant: Settler
    let stranger: Settler

    func play(into report: inout AttackReport) async throws {
        var secrets = Canaries(castle, [merchant, stranger])
        try secrets.spill()
        let places = try await self.places()
        let scan = RestScan(secrets.all.map { ($0.name, $0.secret) })
        let cards = LuhnScan()
        var leaks: [String] = []
        var seen: Set<String> = []
        var (byDesign, bytes) = (0, 0)
        var numbers: [String] = []
        for place in places {
            bytes += place.bytes.count
            for name in scan.found(in: place.bytes) {
                guard let canary = secrets.all.first(where: { $0.name == name }) else { continue }
                seen.insert(name)
                if canary.mayRest(in: place) { byDesign += 1 } else { leaks.append("\(name) is in \(place.name)") }
            }
            for number in cards.found(in: place.bytes) { numbers.append("\(number) is in \(place.name)") }
        }
        report.add("secrets planted", secrets.all.count)
        report.add("places scanned: files, logs, answers, exports, commands", places.count)
        report.add("  MiB in them", bytes >> 20)
        report.add("  times a secret is where it is by design", byDesign)
        report.expectNone("  secrets anywhere else", leaks)
        // Else nothing would be shown by what is not found.
        let unseen = secrets.all.filter { !$0.restsIn.isEmpty && !seen.contains($0.name) }.map(\.name)
        report.expectNone("  secrets not seen where they are by design", unseen)
        report.expectNone("  card numbers by Luhn", numbers)
    }

    private func places() async throws -> [WrittenPlace] {
        var places: [WrittenPlace] = []
        let exports = [
            "/metrics", "/v1/usage/export?format=csv", "/v1/usage/export?format=ndjson", "/v1/customers/export",
            "/v1/audit_log/export", "/v1/audit_log/export?format=csv", "/v1/ledger/journal?limit=100", "/v1/keys",
            "/v1/charges", "/v1/top_ups", "/v1/webhook_events", "/openapi.yaml",
        ]
        for path in exports {
            let isPlatforms = path.hasPrefix("/v1/webhook")
            _ = try castle.platform.call("GET", path, key: isPlatforms ? Castle.platformKey : merchant.key)
        }
        let ofAccount = [
            ["keys", "list"], ["usage", "export"], ["customers", "export"], ["charges", "list"], ["alerts"],
            ["holds", "list"], ["refunds", "list"], ["disputes", "list"], ["audit", "export"],
        ].map { $0 + ["--account", merchant.account] }
        let commands =
            ofAccount + [
                ["settings"], ["accounts", "list", "--json"], ["webhooks", "list", "--json"], ["ledger", "export"],
                ["ledger", "journal"], ["audit", "list"], ["ledger", "check"],
            ]
        for command in commands {
            places.append(
                WrittenPlace(
                    kind: .command, name: "bursar \(command.joined(separator: " "))", bytes: try castle.command(command)
                ))
        }
        // What is still only in memory is written before the files are read.
        castle.bursar.stop()
        for file in try castle.files() {
            let kind: WrittenPlace.Kind = file.name.hasPrefix("bursar.sqlite") ? .database : .log
            places.append(WrittenPlace(kind: kind, name: file.name, bytes: file.bytes))
        }
        for (asked, answer) in castle.record.answers {
            let header = answer.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
            let bytes = Array(header.utf8) + answer.body
            places.append(WrittenPlace(kind: .answer, name: "the answer to \(asked)", bytes: bytes, asked: asked))
        }
        return places
    }
}

/// Somewhere that bytes of the attacked have come to.
struct WrittenPlace {
    enum Kind { case database, log, answer, command }

    let kind: Kind
    let name: String
    let bytes: [UInt8]
    var asked = ""
}
