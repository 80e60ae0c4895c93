import Foundation

/// Where the story is told, and where it is checked.
final class Stage: Sendable {
    private let isInteractive = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    func chapter(_ title: String) { say("\n" + bold(title)) }

    func tell(_ line: String) { say("  \(green("✓")) \(line)") }

    func complain(_ text: String) {
        FileHandle.standardError.write(Data("\n\(isInteractive ? "\u{1B}[31m✗\u{1B}[0m" : "✗") \(text)\n".utf8))
    }

    func bold(_ text: String) -> String { isInteractive ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private func green(_ text: String) -> String { isInteractive ? "\u{1B}[32m\(text)\u{1B}[0m" : text }

    /// - Throws: when it does not hold, with what should have held.
    func must(_ holds: Bool, _ what: String) throws {
        guard holds else { throw Disappointment(description: "It should be so that \(what); it is not.") }
    }

    /// Looks until it holds.
    /// - Throws: when it does not within 20 s.
    func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
        let started = ContinuousClock.now
        while !(try await holds()) {
            guard started.duration(to: .now) < .seconds(20) else {
                throw Disappointment(description: "It should have come so that \(what); it has not within 20 s.")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}

/// Something did not come out as it must.
struct Disappointment: Error, CustomStringConvertible {
    let description: String
}
