import ArgumentParser
import Foundation
import Rehearsal

/// The tests of the copy, in one program; which guard it goes without is said to it when it starts.
struct SabotagedTests {
    /// What came of the tests that should notice.
    enum Verdict: Equatable {
        /// That many tests are green.
        case green(Int)
        /// The first test that is red.
        case red(String)
        case crashed
        case timedOut
        /// No test has that name.
        case none

        var isRed: Bool {
            switch self {
            case .red, .crashed, .timedOut: true
            case .green, .none: false
            }
        }
    }

    private let program: String
    private let limit: Int

    /// Builds the copy, which takes minutes the first time.
    /// - Parameter seconds: how long the tests of one guard may take.
    init(of copy: SabotagedCopy, seconds: Int) throws {
        let package = ["--package-path", copy.place.path(), "--explicit-target-dependency-import-check", "error"]
        let build = try ChildProcess.run("swift", ["build", "--build-tests"] + package)
        guard build.status == 0 else {
            let errors = build.output.split(separator: "\n").filter { $0.contains("error:") }.prefix(20)
            throw ValidationError("the copy does not build:\n" + errors.joined(separator: "\n"))
        }
        let bin = try ChildProcess.run("swift", ["build", "--show-bin-path"] + package).output
        program = bin.split(separator: "\n").last.map(String.init).map { "\($0)/bursarPackageTests.xctest" } ?? ""
        limit = seconds
    }

    func run(_ filter: String, without guardName: String? = nil) throws -> Verdict {
        // timeout ends all that the tests have started, and says so by 124.
        let end = try ChildProcess.run(
            "timeout",
            ["--kill-after=5", "\(limit)", program, "--testing-library", "swift-testing", "--filter", filter],
            environment: guardName.map { [SabotagedCopy.variable: $0] } ?? [:])
        if end.status == 124 || end.status == 137 { return .timedOut }
        let lines = end.output.split(separator: "\n")
        let red = lines.first { $0.contains("Test ") && $0.contains(" recorded an issue") }
        if let red { return .red(Self.quoted(red)) }
        guard end.status == 0 else { return .crashed }
        let count = lines.last { $0.contains("Test run with ") }?.split(separator: " ").compactMap { Int($0) }.first
        guard let count, count > 0 else { return .none }
        return .green(count)
    }

    /// The name in `Test "…" recorded an issue`.
    private static func quoted(_ line: Substring) -> String {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : String(line)
    }
}
