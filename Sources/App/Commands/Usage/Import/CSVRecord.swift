/// The cells of one record of a CSV file (RFC 4180).
struct CSVRecord {
    /// Nil for a cell that is not UTF-8.
    let cells: [String?]

    enum Fault: Error {
        /// The record goes on in the next line, or has a quote too many.
        case openQuote
        case strayQuote
    }

    /// - Parameter bytes: one line or more, with or without its end.
    init(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        var rest = bytes
        if rest.last == 0x0A { rest.removeLast() }
        if rest.last == 0x0D { rest.removeLast() }
        var cells: [String?] = []
        while true {
            cells.append(try Self.cell(&rest))
            guard rest.popFirst() != nil else { break }
        }
        self.cells = cells
    }

    /// Whether there is nothing in it.
    var isBlank: Bool { cells.count == 1 && cells[0]?.allSatisfy(\.isWhitespace) == true }

    /// Takes a cell up to the comma after it.
    private static func cell(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> String? {
        guard rest.first == UInt8(ascii: "\"") else {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            let cell = rest[..<end]
            guard !cell.contains(UInt8(ascii: "\"")) else { throw .strayQuote }
            rest = rest[end...]
            return String(validating: cell, as: UTF8.self)
        }
        rest.removeFirst()
        var text: [UInt8] = []
        while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
            text += rest[..<quote]
            rest = rest[(quote + 1)...]
            guard rest.first == UInt8(ascii: "\"") else {
                guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { throw .strayQuote }
                return String(validating: text, as: UTF8.self)
            }
            text.append(UInt8(ascii: "\""))
            rest.removeFirst()
        }
        throw .openQuote
    }
}
