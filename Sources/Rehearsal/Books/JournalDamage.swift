/// Copies of an exported journal with one digit of one amount changed, as a slip or a thief would.
public struct JournalDamage: Sendable {
    public let text: String
    /// The line as it was.
    public let line: String

    public static func copies(of journal: String, count: Int, seed: UInt64) -> [JournalDamage] {
        var chance = Chance(seed: seed)
        let lines = journal.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
        let digits = lines.enumerated().flatMap { number, line in
            amounts(in: line).filter { isDigit(line[$0]) }.map { (line: number, place: $0) }
        }
        guard !digits.isEmpty else { return [] }
        return (0..<count).map { _ in
            let (number, place) = chance.pick(digits)
            var damaged = lines
            let digit = Int64(lines[number][place] - 48)
            damaged[number][place] = UInt8(48 + (digit + chance.number(1...9)) % 10)
            return JournalDamage(
                text: damaged.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"),
                line: String(decoding: lines[number], as: UTF8.self))
        }
    }

    /// How many entries a journal has: lines that begin with a date.
    public static func entries(in journal: String) -> Int {
        journal.split(separator: "\n").count { $0.utf8.first.map(isDigit) ?? false }
    }

    /// The places of a posting's amount: what follows its last two spaces.
    private static func amounts(in line: [UInt8]) -> Range<Int> {
        guard line.starts(with: Array("    ".utf8)) else { return 0..<0 }
        let gap = line.indices.dropLast().last { line[$0] == 32 && line[$0 + 1] == 32 }
        return gap.map { $0 + 2..<line.count } ?? 0..<0
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
