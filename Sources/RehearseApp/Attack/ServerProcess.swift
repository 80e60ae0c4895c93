import Foundation
import Glibc

/// A program that is attacked, or that the attacked one needs: a child of this process, with its output in files.
final class ServerProcess {
    let outputs: [String]
    private let process: Process

    /// - Parameter environment: all of it.
    init(_ program: String, _ arguments: [String], in folder: String, environment: [String: String]) throws {
        let name = URL(filePath: program).lastPathComponent
        outputs = ["\(folder)/\(name).out", "\(folder)/\(name).err"]
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "HOME": folder]) { own, _ in own }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.appending(outputs[0])
        process.standardError = try Self.appending(outputs[1])
        try process.run()
    }

    deinit { stop() }

    private static func appending(_ path: String) throws -> FileHandle {
        let isThere = FileManager.default.fileExists(atPath: path)
        guard
            isThere
                || FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw AttackTrouble("\(path) cannot be written") }
        try handle.seekToEnd()
        return handle
    }

    /// Waits for a line that begins so.
    /// - Returns: the word after it.
    func word(after beginning: String) async throws -> String {
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(30) {
            let said = try String(contentsOfFile: outputs[0], encoding: .utf8)
            if let line = said.split(separator: "\n").last(where: { $0.hasPrefix(beginning) }) {
                return String(line.dropFirst(beginning.count).prefix { $0 != " " })
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let complaint = (try? String(contentsOfFile: outputs[1], encoding: .utf8)) ?? ""
        throw AttackTrouble("\(process.executableURL?.lastPathComponent ?? "a server") did not start: \(complaint)")
    }

    var isRunning: Bool { process.isRunning }

    /// How much memory it holds, as Linux says it.
    var residentBytes: Int {
        let path = "/proc/\(process.processIdentifier)/status"
        let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
        let words = lines.first { $0.hasPrefix("VmRSS:") }?.split(separator: " ") ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * 1_024 : 0
    }

    /// By SIGTERM; it ends within 10 s.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}

/// What keeps an attack from being played at all.
struct AttackTrouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
