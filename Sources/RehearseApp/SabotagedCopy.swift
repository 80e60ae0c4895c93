import ArgumentParser
import Foundation
import Rehearsal

/// A copy of the sources in which every guard has a switch. No other build has one: it is written into the copy only.
struct SabotagedCopy {
    let repository: URL
    let place: URL

    /// The environment variable that names the guard to go without.
    static let variable = "BURSAR_SABOTAGE"

    /// Brings the copy to what is in the repository's working tree now. A file that stays the same is not touched, so
    /// that a build after it builds only what has changed.
    func refresh() throws {
        var wanted = try files().reduce(into: [String: Data]()) { found, path in
            found[path] = try? Data(contentsOf: repository.appending(path: path))
        }
        for (file, sabotages) in Dictionary(grouping: Sabotage.all, by: \.file) {
            guard let text = wanted[file] else { throw ValidationError("\(repository.path()) has no \(file)") }
            let switched = try sabotages.reduce(String(decoding: text, as: UTF8.self)) { try $1.switched($0) }
            wanted[file] = Data(switched.utf8)
        }
        for module in Set(Sabotage.all.map(\.module)) {
            wanted["Sources/\(module)/Sabotaged.swift"] = Data(Self.switch.utf8)
        }
        try removeOthers(than: Set(wanted.keys))
        for (path, content) in wanted { try write(content, path) }
    }

    /// Reads the environment once.
    private static let `switch` = """
        #if canImport(Glibc)
        import Glibc
        #else
        import Darwin
        #endif

        private let missing = getenv("\(variable)").map { String(cString: $0) }

        func sabotaged(_ name: String) -> Bool { missing == name }

        """

    /// What git knows of or would take, by its path from the top.
    private func files() throws -> [String] {
        let listing = try ChildProcess.run(
            "git", ["-C", repository.path(), "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        guard listing.status == 0 else {
            throw ValidationError(
                "\(repository.path()) is no git repository that can be read; name one by --repository")
        }
        return listing.output.split(separator: "\0").map(String.init)
    }

    private func write(_ content: Data, _ path: String) throws {
        let file = place.appending(path: path)
        guard (try? Data(contentsOf: file)) != content else { return }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: file)
        let attributes = try? FileManager.default.attributesOfItem(atPath: repository.appending(path: path).path())
        if let mode = attributes?[.posixPermissions] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path())
        }
    }

    /// A source that is gone from the repository would still be built.
    private func removeOthers(than wanted: Set<String>) throws {
        for folder in Set(wanted.compactMap { $0.contains("/") ? $0.split(separator: "/").first : nil }) {
            let top = place.appending(path: String(folder))
            guard let paths = FileManager.default.enumerator(atPath: top.path()) else { continue }
            for case let path as String in paths
            where paths.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                guard !wanted.contains("\(folder)/\(path)") else { continue }
                try FileManager.default.removeItem(at: top.appending(path: path))
            }
        }
    }
}
