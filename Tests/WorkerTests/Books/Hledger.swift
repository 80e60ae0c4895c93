import Foundation
import Testing

/// The accountant's own tool, as a judge that shares no line with us (Debian package `hledger`).
struct Hledger {
    static let isInstalled = path != nil
    static let absence: Comment = "hledger is not installed (apt install hledger): the export was not judged"

    private static let path = ["/usr/bin/hledger", "/usr/local/bin/hledger", "/opt/homebrew/bin/hledger"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    struct Verdict {
        let isAccepted: Bool
        let output: String
        let complaint: String
    }

    /// `hledger -f - ARGUMENTS`, in the poorest of locales.
    static func run(_ arguments: String..., on journal: String) throws -> Verdict {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hledger-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "books.journal")
        try Data(journal.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = ["-f", file.path()] + arguments
        process.environment = ["LC_ALL": "C"]
        let (output, complaint) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let wrong = String(decoding: complaint.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Verdict(isAccepted: process.terminationStatus == 0, output: text, complaint: wrong)
    }

    /// What each account holds by its reckoning: `path USD` to a decimal.
    static func balances(of journal: String) throws -> [String: String] {
        let verdict = try run(
            "balance", "--flat", "--no-total", "--output-format", "csv", "--layout", "bare", on: journal)
        var balances: [String: String] = [:]
        for line in verdict.output.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: ",").map { $0.trimmingPrefix("\"").replacing("\"", with: "") }
            guard cells.count == 3 else { continue }
            balances["\(cells[0]) \(cells[1])"] = String(cells[2])
        }
        return balances
    }
}
