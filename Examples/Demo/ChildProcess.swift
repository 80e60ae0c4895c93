import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that runs beside the demo, with its output in a file.
final class ChildProcess: Sendable {
    private let process: Process
    private let outputPath: String
    private let name: String

    private init(_ process: Process, name: String, outputPath: String) {
        self.process = process
        self.name = name
        self.outputPath = outputPath
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    static func start(_ program: String, _ arguments: [String], in folder: String, log: String) throws -> ChildProcess {
        let outputPath = "\(folder)/\(log)"
        guard FileManager.default.createFile(atPath: outputPath, contents: nil, attributes: [.posixPermissions: 0o600]),
            let output = FileHandle(forWritingAtPath: outputPath)
        else { throw Disappointment(description: "\(outputPath) cannot be written") }
        let process = prepared(program, arguments, in: folder)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return ChildProcess(process, name: program, outputPath: outputPath)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], in folder: String) throws -> (
        status: Int32, output: String
    ) {
        let process = prepared(program, arguments, in: folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Waits for the line that begins with `beginning`.
    /// - Returns: the word that follows.
    func word(after beginning: String) async throws -> String {
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(15) {
            let output = try String(contentsOfFile: outputPath, encoding: .utf8)
            if let line = output.split(separator: "\n").first(where: { $0.hasPrefix(beginning) }) {
                return String(line.dropFirst(beginning.count).prefix { $0 != " " })
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let output = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        throw Disappointment(description: "\(name) did not become ready: \(output)")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Without the settings of whoever runs the demo.
    private static func prepared(_ program: String, _ arguments: [String], in folder: String) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BURSAR_") }
        process.standardInput = FileHandle.nullDevice
        return process
    }
}

/// A port of the loopback address that nobody listens on at this moment.
func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
        }
    }
    guard isBound else { throw Disappointment(description: "the system has no free port") }
    return UInt16(bigEndian: address.sin_port)
}
