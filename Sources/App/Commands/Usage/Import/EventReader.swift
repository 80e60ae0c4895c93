import Server

/// One line of a file of usage, or several where a cell of it holds line breaks.
struct ImportedLine: Sendable {
    /// Where it begins; the first line of the file is 1.
    let number: Int64
    let item: UsageItem
    /// As it is in the file, for who wants to mend it.
    let text: [UInt8]
}

/// Reads the events of a file one after the other.
protocol EventReader {
    var bytes: ByteReader { get }
    /// - Returns: nil at the end.
    func next() throws -> ImportedLine?
}

extension EventReader {
    /// Gives up the line that begins here, and no other.
    func refuseLine(_ code: String, _ detail: String) throws -> ImportedLine {
        let number = bytes.lines + 1
        var text: [UInt8] = []
        switch try bytes.lineEnd() {
        case .at(let count): text = take(count)
        case .missing(let count): text = take(count, isWhole: false)
        case .tooFar, .nothingLeft: try bytes.consumeLine()
        }
        return ImportedLine(number: number, item: UsageItem(code: code, detail: detail, field: nil), text: text)
    }

    func refuseLongLine() throws -> ImportedLine {
        try refuseLine("line_too_long", "the line is longer than a mebibyte")
    }

    func take(_ count: Int, isWhole: Bool = true) -> [UInt8] {
        let text = Array(bytes.bytes(count))
        bytes.consume(count, isWhole: isWhole)
        return text
    }
}

/// One JSON object a line, as `POST /v1/usage` takes them.
struct NDJSONReader: EventReader {
    let bytes: ByteReader
    let columns: ColumnNames
    let source: String

    func next() throws -> ImportedLine? {
        while true {
            let text: [UInt8]
            switch try bytes.lineEnd() {
            case .nothingLeft: return nil
            case .tooFar: return try refuseLongLine()
            case .at(let count): text = take(count)
            case .missing(let count): text = take(count, isWhole: false)
            }
            if text.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { continue }
            return ImportedLine(number: bytes.lines, item: item(text), text: text)
        }
    }

    private func item(_ text: [UInt8]) -> UsageItem {
        guard let written = try? WrittenJSON(text) else {
            return UsageItem(code: "malformed_json", detail: "the line is not JSON in UTF-8", field: nil)
        }
        guard let members = written.members else { return UsageItem(written, source: source) }
        let known = members.filter { $0.name.map { !columns.ignored.contains($0) } ?? true }
        return UsageItem(
            .object(known.map { WrittenJSON.Member($0.name.map(columns.ours), $0.value) }), source: source)
    }
}

/// A line of headings, and one event in each record.
struct CSVReader: EventReader {
    let bytes: ByteReader
    let heading: CSVHeading
    let source: String

    func next() throws -> ImportedLine? {
        while true {
            let number = bytes.lines + 1
            switch try record() {
            case .end: return nil
            case .refused(let line): return line
            case .read(let record, _) where record.isBlank: continue
            case .read(let record, let text):
                return ImportedLine(number: number, item: heading.item(record, source: source), text: text)
            }
        }
    }

    private enum Record {
        case read(CSVRecord, [UInt8])
        case refused(ImportedLine)
        case end
    }

    /// Takes line after line while a quote is open. If it is never closed, the first line alone is refused: one quote
    /// too many must not swallow the lines after it.
    private func record() throws -> Record {
        var count = 0
        while true {
            var isWhole = true
            switch try bytes.lineEnd(skipping: count) {
            case .at(let more): count += more
            case .missing(let more): (count, isWhole) = (count + more, false)
            case .tooFar where count == 0: return .refused(try refuseLongLine())
            case .tooFar: return .refused(try refuseQuote())
            case .nothingLeft: return count == 0 ? .end : .refused(try refuseQuote())
            }
            do {
                let record = try CSVRecord(bytes.bytes(count))
                return .read(record, take(count, isWhole: isWhole))
            } catch .openQuote where isWhole {
                continue
            } catch {
                return .refused(try refuseQuote())
            }
        }
    }

    private func refuseQuote() throws -> ImportedLine {
        try refuseLine(
            "malformed_csv", "a quote is not closed, or stands within a cell; double the quotes inside a quoted cell")
    }
}
