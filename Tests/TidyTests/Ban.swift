import Foundation

/// Words that must not be written, and the few files that may.
struct Ban: Sendable {
    enum Where: Sendable { case code, codeAndStrings, text }

    /// Regular expressions.
    let patterns: [String]
    var looksAt: Where = .code
    /// Files or folders, each an exception with a reason beside it.
    var allowed: [String] = []
    /// What a person who trips over it should know.
    let because: String

    func violations(in files: [TextFile]) -> [Violation] {
        guard let pattern = try? NSRegularExpression(pattern: patterns.joined(separator: "|")) else {
            return [Violation(path: "Tests/TidyTests", what: "a pattern of a ban cannot be read: \(patterns)")]
        }
        return files.filter { !isAllowed($0.path) }.flatMap { file in
            let text = text(of: file)
            return pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap {
                match -> Violation? in
                guard let range = Range(match.range, in: text) else { return nil }
                let line = text.utf8[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
                return Violation(path: file.path, line: line, what: "`\(text[range])`: \(because)")
            }
        }
    }

    /// Exceptions that nothing needs any more.
    func idleExceptions(in files: [TextFile]) -> [String] {
        let strict = Ban(patterns: patterns, looksAt: looksAt, because: because)
        let offenders = strict.violations(in: files).map(\.path)
        return allowed.filter { exception in !offenders.contains { Self.covers(exception, $0) } }
    }

    private func isAllowed(_ path: String) -> Bool { allowed.contains { Self.covers($0, path) } }

    private static func covers(_ exception: String, _ path: String) -> Bool {
        path == exception || path.hasPrefix(exception + "/")
    }

    private func text(of file: TextFile) -> String {
        switch looksAt {
        case .code: file.swift.code
        case .codeAndStrings: file.swift.codeAndStrings
        case .text: file.text
        }
    }
}
