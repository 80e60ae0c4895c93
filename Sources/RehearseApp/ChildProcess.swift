import Foundation

/// A program that is run to its end.
enum ChildProcess {
    struct End {
        let status: Int32
        /// Whether it died of a signal.
        let crashed: Bool
        /// What it wrote, to whichever of its two outputs.
        let output: String
    }

    /// - Parameter environment: what is added to this process's own.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> End {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        // A file and no pipe: what the program leaves running keeps nobody waiting.
        let file = FileManager.default.temporaryDirectory.appending(path: "rehearse-\(UUID().uuidString).out")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let said = try FileHandle(forWritingTo: file)
        process.standardOutput = said
        process.standardError = said
        try process.run()
        process.waitUntilExit()
        try said.close()
        return End(
            status: process.terminationStatus, crashed: process.terminationReason == .uncaughtSignal,
            output: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
