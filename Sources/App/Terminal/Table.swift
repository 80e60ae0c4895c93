/// Aligned columns, two spaces apart, with one line of headings.
struct Table {
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        let colour: Terminal.Colour?

        init(_ text: String, _ colour: Terminal.Colour? = nil) {
            self.text = text
            self.colour = colour
        }

        init(stringLiteral text: String) { self.init(text) }
    }

    struct Column: ExpressibleByStringLiteral {
        let title: String
        let isNumber: Bool

        init(stringLiteral title: String) { (self.title, isNumber) = (title, false) }

        private init(title: String, isNumber: Bool) { (self.title, self.isNumber) = (title, isNumber) }

        /// Right-aligned.
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    func text(on terminal: Terminal) -> String {
        let widths = columns.indices.map { column in
            ([columns[column].title.count] + rows.map { $0[column].text.count }).max() ?? 0
        }
        let heading = line(columns.map { Cell($0.title.uppercased(), .dim) }, widths, terminal)
        return ([heading] + rows.map { line($0, widths, terminal) }).joined(separator: "\n")
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.text.count)
            let text = terminal.style(cell.text, cell.colour)
            if columns[column].isNumber {
                parts.append(padding + text)
            } else {
                parts.append(column == cells.count - 1 ? text : text + padding)
            }
        }
        return parts.joined(separator: "  ")
    }
}

/// Names and values below each other, for one thing in full.
struct Particulars {
    private var lines: [(name: String, value: String)] = []

    /// A value that is not there is left out.
    mutating func add(_ name: String, _ value: String?) {
        if let value { lines.append((name, value)) }
    }

    func text(on terminal: Terminal) -> String {
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { line in
            terminal.style(line.name, .dim) + String(repeating: " ", count: width - line.name.count + 2) + line.value
        }.joined(separator: "\n")
    }
}
