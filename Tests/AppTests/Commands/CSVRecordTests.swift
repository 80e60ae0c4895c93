import Testing

@testable import App

/// Cells come out as they went in.
struct CSVRecordTests {
    private struct Randomness {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test func `whatever cells hold, they are read again`() throws {
        var random = Randomness(state: 5)
        let pieces = ["a", "\"", ",", "\n", "\r\n", "\r", " ", "é", "💥", ""]
        for _ in 0..<5_000 {
            let cells = (0...random.below(5)).map { _ in
                (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined()
            }
            let line = cells.map { cell in
                let mustQuote = cell.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                guard mustQuote || random.below(3) == 0 else { return cell }
                let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                return "\"\(doubled)\""
            }.joined(separator: ",")
            for end in ["", "\n", "\r\n"] {
                #expect(try CSVRecord(Array((line + end).utf8)[...]).cells == cells, "\(line)")
            }
        }
    }

    @Test(arguments: [
        ("a,\"b", CSVRecord.Fault.openQuote), ("\"a\"\"", .openQuote), ("a\"", .strayQuote), ("\"a\" ,b", .strayQuote),
    ])
    func `quotes that do not fit are told apart`(line: String, fault: CSVRecord.Fault) {
        #expect(throws: fault) { try CSVRecord(Array(line.utf8)[...]) }
    }
}
