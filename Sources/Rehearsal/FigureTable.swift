/// Figures as a table of two columns, with a heading.
public struct FigureTable: Sendable, CustomStringConvertible {
    private let heading: String
    private var rows: [(name: String, value: String)] = []

    public init(_ heading: String) { self.heading = heading }

    public mutating func add(_ name: String, _ value: Int) { rows.append((name, "\(value)")) }
    public mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }

    public var description: String {
        let (name, value) = (rows.map(\.name.count).max() ?? 0, rows.map(\.value.count).max() ?? 0)
        let lines = rows.map { row in
            "  \(row.name)" + String(repeating: " ", count: name - row.name.count + 2)
                + String(repeating: " ", count: value - row.value.count) + row.value
        }
        return ([heading] + lines).joined(separator: "\n")
    }
}
