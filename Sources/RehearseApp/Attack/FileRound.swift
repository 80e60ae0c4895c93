import Foundation
import Rehearsal

/// Plays the attack files, each through a socket of its own.
struct FileRound {
    let castle: Castle
    let forge: AttackForge
    private let files: [(name: String, attack: AttackFile)]

    /// - Parameter folder: of the attack files.
    init(_ castle: Castle, forge: AttackForge, folder: String, only: String?) throws {
        self.castle = castle
        self.forge = forge
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
            .sorted()
        files = try names.map { $0.dropLast(5).description }.filter { only == nil || $0 == only }.map { name in
            do {
                return (name, try AttackFile(json: Data(contentsOf: URL(filePath: "\(folder)/\(name).json"))))
            } catch { throw AttackTrouble("\(folder)/\(name).json cannot be read: \(error)") }
        }
        guard !files.isEmpty else { throw AttackTrouble("there is no attack file in \(folder)") }
    }

    func play(into report: inout AttackReport) async throws {
        var broken: [String] = []
        var unsigned = 0
        for (name, attack) in files {
            if attack.left.rows == 0 { unsigned += 1 }
            if let fault = try await play(attack, name) { broken.append("\(name): \(fault)") }
        }
        report.add("attack files through the socket", files.count)
        report.add("  of these without a valid signature", unsigned)
        report.expectNone("  files whose promise failed", broken)
    }

    private func play(_ attack: AttackFile, _ name: String) async throws -> String? {
        let before = try await castle.settled()
        for _ in 0..<attack.plays {
            let socket = try LoopbackSocket(port: castle.port)
            let request = try forge.request(attack, name: name)
            socket.send(request)
            guard let answer = socket.answer(within: 15) else { return "was not answered" }
            castle.record.add(name, answer)
            guard answer.status == attack.answer.status, answer.code == attack.answer.code else {
                return "was answered \(answer.status) \(answer.code ?? ""), and should be "
                    + "\(attack.answer.status) \(attack.answer.code ?? "")"
            }
        }
        let after = try await castle.settled()
        if after.entries != before.entries { return "posted \(after.entries - before.entries) entries" }
        let news = after.news(since: before)
        guard news.count == attack.left.rows else {
            return "left \(news.count) rows, and should leave \(attack.left.rows)"
        }
        let wanted = [attack.left.state, attack.left.reason].compactMap { $0 }.joined(separator: " ")
        let others = news.filter { $0.value != wanted }
        return others.isEmpty ? nil : "left \(others.values.sorted()), and should leave '\(wanted)'"
    }
}
