import Foundation
import Server

/// Where the lines go that were rejected: one JSON object each, with the line's number, the reason and the line itself.
final class RejectsFile: Sendable {
    private let handle: FileHandle

    /// - Parameter path: of a file that is made if there is none, and added to if there is one.
    init(_ path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw Failure.rejected("cannot_write", "\(path) cannot be written; does its folder exist, and is it yours?")
        }
        handle = opened
        try handle.seekToEnd()
    }

    func write(_ rejected: [(line: ImportedLine, fault: UsageResult.Fault)], of file: String) throws {
        guard !rejected.isEmpty else { return }
        let lines = rejected.map { line, fault in
            JSON.object([
                ("file", .string(file)), ("line", .integer(line.number)), ("code", .string(fault.code)),
                ("field", JSON(fault.field)), ("detail", .string(fault.detail)),
                ("text", .string(String(decoding: line.text, as: UTF8.self).trimmingCharacters(in: .newlines))),
            ]).text + "\n"
        }
        try handle.write(contentsOf: Data(lines.joined().utf8))
    }
}
