import Foundation

/// Reads a file, or standard input, line by line in bounded memory.
final class LineReader {
    static let longestLine = 1 << 20

    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private var number = 0

    /// - Parameter path: `-` for standard input.
    init(_ path: String) throws {
        if path == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: path) {
            handle = opened
        } else {
            throw Failure.rejected("cannot_read", "\(path) cannot be read; is it there?")
        }
    }

    func next() throws -> (number: Int, text: String)? {
        while true {
            if let newline = buffer[start...].firstIndex(of: 0x0A) {
                defer { start = newline + 1 }
                return line(buffer[start..<newline])
            }
            guard !isAtEnd else {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return line(buffer[start...])
            }
            try fill()
        }
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> (number: Int, text: String) {
        number += 1
        return (number, String(decoding: bytes, as: UTF8.self))
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        guard buffer.count <= Self.longestLine else {
            throw Failure.rejected("line_too_long", "line \(number + 1) is longer than a mebibyte")
        }
        guard let chunk = try handle.read(upToCount: 1 << 16), !chunk.isEmpty else { return isAtEnd = true }
        buffer += chunk
    }
}
