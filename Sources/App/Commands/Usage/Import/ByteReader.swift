import Foundation
import Worker

/// Reads a file, or standard input, line by line in bounded memory, and can take a line back that was not consumed.
final class ByteReader {
    /// What is longer is no line of usage.
    static let longestLine = 1 << 20
    private static let chunk = 1 << 16

    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Lines consumed so far.
    private(set) var lines: Int64
    /// Bytes consumed so far, as far as they end with a line's end: a last line without one may still be written.
    private(set) var position: Int64
    /// Lines before `position`.
    private(set) var wholeLines: Int64
    /// Of the bytes before `position`.
    private let digest: RunningDigest

    /// - Parameters:
    ///   - path: `-` for standard input.
    ///   - mark: where to begin; at the beginning, if there is none.
    init(_ path: String, from mark: FileMark? = nil) throws {
        handle = try Self.open(path)
        position = mark?.position ?? 0
        lines = mark?.line ?? 0
        wholeLines = lines
        digest = mark?.digest.copy() ?? RunningDigest()
        if let mark { try handle.seek(toOffset: UInt64(mark.position)) }
    }

    static func open(_ path: String) throws -> FileHandle {
        if path == "-" { return .standardInput }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let handle = FileHandle(forReadingAtPath: path)
        else { throw Failure.rejected("cannot_read", "\(path) cannot be read; is it a file, and is it there?") }
        return handle
    }

    /// Of all bytes before `position`.
    var fingerprint: String { digest.value }

    /// Where the end of the line is that begins `skipping` bytes after what is consumed.
    enum LineEnd: Equatable {
        /// The line has so many bytes with its end.
        case at(Int)
        /// The last line, of so many bytes, has no end.
        case missing(Int)
        /// There is no end within the longest line.
        case tooFar
        case nothingLeft
    }

    func lineEnd(skipping skipped: Int = 0) throws -> LineEnd {
        var searched = skipped
        while true {
            if let newline = newline(from: start + searched) { return .at(newline + 1 - start - skipped) }
            searched = buffer.count - start
            if isAtEnd { return searched > skipped ? .missing(searched - skipped) : .nothingLeft }
            if searched > Self.longestLine { return .tooFar }
            try fill()
        }
    }

    /// The next bytes, which are there because `lineEnd` has found them.
    func bytes(_ count: Int) -> ArraySlice<UInt8> { buffer[start..<(start + count)] }

    /// - Parameter isWhole: whether they end with a line's end.
    func consume(_ count: Int, isWhole: Bool = true) {
        let consumed = bytes(count)
        let ends = Int64(consumed.count { $0 == 0x0A })
        lines += ends + (isWhole ? 0 : 1)
        start += count
        guard isWhole else { return }
        consumed.withUnsafeBytes { digest.add($0) }
        position += Int64(count)
        wholeLines += ends
    }

    /// Passes over a line that is too long, without keeping it.
    func consumeLine() throws {
        while true {
            switch try lineEnd() {
            case .at(let count): return consume(count)
            case .missing(let count): return consume(count, isWhole: false)
            case .nothingLeft: return
            case .tooFar: consume(buffer.count - start)
            }
        }
    }

    private func newline(from place: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard place < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + place, 0x0A, bytes.count - place)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        guard let read = try handle.read(upToCount: Self.chunk), !read.isEmpty else { return isAtEnd = true }
        buffer += read
    }
}

/// A place between two lines of a file.
struct FileMark {
    let position: Int64
    let line: Int64
    /// Of all bytes before it.
    let digest: RunningDigest
}
