import Foundation
import Synchronization
import Testing

/// The built `bursar`, as a child of the test.
final class Program: Sendable {
    private let process: Process
    private let output: Pipe
    private let ended: AsyncStream<Int32>

    /// Beside the tests, where the build puts it.
    static let path: String = {
        let tests = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
        let folder = tests.pathExtension == "xctest" ? tests.deletingLastPathComponent() : tests
        let candidates = [folder, Bundle.main.bundleURL].map { $0.appending(path: "bursar").path }
        return candidates.first(where: FileManager.default.isExecutableFile) ?? candidates[0]
    }()

    init(_ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]) throws {
        process = Process()
        output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(environment) { _, own in own }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        let log = folder.path(of: "stderr")
        #expect(FileManager.default.createFile(atPath: log, contents: nil))
        process.standardError = FileHandle(forWritingAtPath: log)
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.ended = ended
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Waits for the first line of standard output.
    func firstLine() async -> String {
        await withCheckedContinuation { continuation in
            let handle = output.fileHandleForReading
            DispatchQueue.global().async {
                var line: [UInt8] = []
                while let byte = try? handle.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
                continuation.resume(returning: String(decoding: line, as: UTF8.self))
            }
        }
    }

    func terminate() { process.terminate() }

    /// Waits for the end.
    func status() async -> Int32 {
        for await status in ended { return status }
        return process.terminationStatus
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: String..., in folder: TemporaryFolder, environment: [String: String] = [:]
    ) async throws -> TestOffice.Outcome {
        let program = try Program(arguments, in: folder, environment: environment)
        let out: Data = await withCheckedContinuation { continuation in
            let handle = program.output.fileHandleForReading
            DispatchQueue.global().async { continuation.resume(returning: (try? handle.readToEnd()) ?? Data()) }
        }
        let status = await program.status()
        let err = try String(contentsOfFile: folder.path(of: "stderr"), encoding: .utf8)
        return TestOffice.Outcome(status: status, out: String(decoding: out, as: UTF8.self), err: err)
    }
}
