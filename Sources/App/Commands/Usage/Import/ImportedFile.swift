import Billing
import Foundation
import Worker

/// A file of usage on its way in.
struct ImportedFile {
    enum Format: String, CaseIterable, Sendable {
        case csv, ndjson
    }

    let path: String
    let format: Format
    /// In bytes; nil for standard input, of which nobody knows.
    let size: Int64?

    /// - Parameter format: as the user says it; by the file's name, if they do not.
    init(_ path: String, format: Format?) throws {
        self.path = path
        let ending = path.split(separator: ".").last?.lowercased() ?? ""
        let known: [String: Format] = ["csv": .csv, "ndjson": .ndjson, "jsonl": .ndjson, "json": .ndjson]
        guard let format = format ?? known[ending] else {
            throw Failure.rejected(
                "which_format", "say what \(Self.name(of: path)) holds: --format csv or --format ndjson")
        }
        self.format = format
        let handle = try ByteReader.open(path)
        let attributes = path == "-" ? [:] : try FileManager.default.attributesOfItem(atPath: path)
        let isRegular = attributes[.type] as? FileAttributeType == .typeRegular
        size = isRegular ? Int64(try handle.seekToEnd()) : nil
    }

    /// The last part of the path, which is shown and remembered.
    var name: String { Self.name(of: path) }

    /// The places where earlier imports stopped, if the file still begins with what was done then; the farthest is the
    /// last.
    /// - Parameter candidates: imports that went no farther than the file is long.
    func marks(among candidates: [UsageImport]) throws -> [(standing: UsageImport, mark: FileMark)] {
        guard size != nil, !candidates.isEmpty else { return [] }
        let handle = try ByteReader.open(path)
        let digest = RunningDigest()
        var position: Int64 = 0
        var marks: [(UsageImport, FileMark)] = []
        for candidate in candidates.sorted(by: { $0.position < $1.position }) {
            while position < candidate.position {
                let wanted = min(candidate.position - position, 1 << 18)
                guard let read = try handle.read(upToCount: Int(wanted)), !read.isEmpty else { return marks }
                read.withUnsafeBytes { digest.add($0) }
                position += Int64(read.count)
            }
            guard digest.value == candidate.fingerprint else { continue }
            marks.append((candidate, FileMark(position: position, line: candidate.line, digest: digest.copy())))
        }
        return marks
    }

    /// - Parameter mark: where to go on; the heading is read from the beginning in any case.
    func events(from mark: FileMark?, _ names: ColumnNames, source: String) throws -> any EventReader {
        let bytes = try ByteReader(path, from: mark)
        switch format {
        case .ndjson: return NDJSONReader(bytes: bytes, columns: names, source: source)
        case .csv:
            let head = mark == nil ? bytes : try ByteReader(path)
            return CSVReader(bytes: bytes, heading: try heading(head, names), source: source)
        }
    }

    private func heading(_ bytes: ByteReader, _ names: ColumnNames) throws -> CSVHeading {
        let count: Int
        switch try bytes.lineEnd() {
        case .at(let whole): count = whole
        case .missing(let rest): count = rest
        case .tooFar, .nothingLeft:
            throw Failure.rejected("no_heading", "\(name) does not begin with a line that names its columns")
        }
        let line = bytes.bytes(count)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let record = try? CSVRecord(line.starts(with: mark) ? line.dropFirst(mark.count) : line), !record.isBlank
        else { throw Failure.rejected("no_heading", "the first line of \(name) does not name its columns") }
        for (separator, called) in [(";", "semicolons"), ("\t", "tabs")] where record.cells == [record.cells[0]] {
            guard record.cells[0]?.contains(separator) == true else { continue }
            throw Failure.rejected(
                "other_separator",
                "the columns of \(name) are separated by \(called), and Bursar reads commas; save it with commas")
        }
        let heading = try CSVHeading(record, names)
        bytes.consume(count)
        return heading
    }

    private static func name(of path: String) -> String {
        path == "-" ? "standard input" : String(path.split(separator: "/").last ?? Substring(path))
    }
}
