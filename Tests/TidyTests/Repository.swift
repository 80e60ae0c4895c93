import Foundation

/// A tracked text file: its path below the root of the repository, and what it says.
struct TextFile: Sendable {
    let path: String
    let text: String
    /// As Swift, with comments and strings told apart; any other text is taken as it is.
    let swift: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        swift = path.hasSuffix(".swift") ? SwiftText(text) : SwiftText(plain: text)
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    func isUnder(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
    func hasExtension(_ name: String) -> Bool { path.hasSuffix("." + name) }
}

/// Where a rule is broken, and how.
struct Violation: Hashable, CustomStringConvertible, Sendable {
    let path: String
    var line: Int? = nil
    let what: String

    var description: String { line.map { "\(path):\($0): \(what)" } ?? "\(path): \(what)" }
}

/// The repository that this test was compiled from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every text file that belongs to the project; what a build or a run leaves behind does not.
    static let files: [TextFile] = {
        guard let walk = FileManager.default.enumerator(atPath: root.path(percentEncoded: false)) else { return [] }
        var found: [TextFile] = []
        while let path = walk.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            if isLeftBehind(name) {
                walk.skipDescendants()
                continue
            }
            guard
                let data = FileManager.default.contents(atPath: root.appending(path: path).path(percentEncoded: false)),
                let text = String(data: data, encoding: .utf8)
            else { continue }
            found.append(TextFile(path: path, text: text))
        }
        return found.sorted { $0.path < $1.path }
    }()

    static let swift = files.filter { $0.hasExtension("swift") }
    static let sources = swift.filter { file in
        ["Sources", "Config", "Webhooks", "Examples"].contains { file.isUnder($0) }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }

    private static func isLeftBehind(_ name: String) -> Bool {
        let tracked: Set = [".ci", ".gitignore", ".swift-format"]
        return (name.hasPrefix(".") && !tracked.contains(name)) || name == "demo.out" || name == "__pycache__"
            || name == "Package.resolved"
    }
}
