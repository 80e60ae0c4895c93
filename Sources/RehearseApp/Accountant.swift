import Foundation

/// A program of somebody else's that checks a journal.
struct Accountant: Sendable {
    let name: String
    private let arguments: [String]
    private let path: String

    /// hledger's strict check; Ledger's, which takes nothing that was not declared.
    private static let known = [("hledger", ["check", "-s"]), ("ledger", ["balance", "--pedantic"])]

    static var names: [String] { known.map(\.0) }

    static var installed: [Accountant] {
        known.compactMap { name, arguments in
            let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
                "\($0)/\(name)"
            }
            return places.first(where: FileManager.default.isExecutableFile).map {
                Accountant(name: name, arguments: arguments, path: $0)
            }
        }
    }

    /// - Returns: nil where it is satisfied.
    func complaint(about journal: String) throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "rehearse-\(UUID().uuidString).journal")
        try Data(journal.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let end = try ChildProcess.run(path, ["-f", file.path()] + arguments)
        return end.status == 0 ? nil : String(end.output.prefix(400))
    }
}
