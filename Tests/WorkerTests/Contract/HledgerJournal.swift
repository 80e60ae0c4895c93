/// The part of hledger's journal format that `Webhooks/` is written in, read without the exporter's help.
struct HledgerJournal: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        let date: String
        let reference: String
        let narration: String
        /// `path micros currency`
        var postings: [String]
    }

    struct Unreadable: Error { let line: String }

    var entries: [Entry] = []

    init(entries: [Entry]) { self.entries = entries }

    init(_ text: String) throws {
        for line in text.split(separator: "\n") where !line.hasPrefix(";") {
            if line.hasPrefix("    ") {
                let posting = #/    (\S+)  (-?)(\d+)\.(\d{6}) ([A-Z]{3})/#
                guard let parts = line.wholeMatch(of: posting)?.output, !entries.isEmpty,
                    let micros = Int64(parts.2 + parts.3 + parts.4)
                else { throw Unreadable(line: String(line)) }
                entries[entries.count - 1].postings.append("\(parts.1) \(micros) \(parts.5.lowercased())")
            } else {
                guard let head = line.wholeMatch(of: #/(\d{4}-\d\d-\d\d) \(([^)]+)\) (.+)/#)?.output else {
                    throw Unreadable(line: String(line))
                }
                entries.append(
                    Entry(date: String(head.1), reference: String(head.2), narration: String(head.3), postings: []))
            }
        }
    }
}
