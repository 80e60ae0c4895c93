import Billing
import Server

/// What the columns of a file are called.
struct ColumnNames: Sendable {
    /// The file's name of a field, and ours.
    var renamed: [String: String] = [:]
    var ignored: Set<String> = []

    func ours(_ theirs: String) -> String { renamed[theirs] ?? theirs }
}

/// The first line of a CSV file: which field stands in which column.
struct CSVHeading: Sendable {
    private enum Column: Sendable, Hashable {
        case ignored
        /// A field of the event.
        case field(String)
        /// A name within `quantities` or `metadata`.
        case part(of: String, String)
    }

    private let columns: [Column]

    /// Fields that JSON writes without quotes.
    private static let bare = Set(["cost_micros", "latency_ms", "enforce"])
    private static let units = Set(UsageUnit.known.map(\.name))

    /// - Throws: `Failure` that says which column is not understood, and what can be done about it.
    init(_ record: CSVRecord, _ names: ColumnNames) throws {
        let cells = record.cells.map { $0 ?? "?" }
        var columns: [Column] = []
        for theirs in cells {
            let column = names.ignored.contains(theirs) ? .ignored : try Self.column(names.ours(theirs), theirs)
            guard column == .ignored || !columns.contains(column) else {
                throw Failure.rejected(
                    "duplicate_column", "two columns hold \(names.ours(theirs)); leave one out with --ignore")
            }
            columns.append(column)
        }
        let missing = names.renamed.keys.filter { !cells.contains($0) } + names.ignored.filter { !cells.contains($0) }
        if let missing = missing.min() {
            throw Failure.rejected("unknown_column", "there is no column \(missing); there are \(Self.list(cells))")
        }
        self.columns = columns
    }

    private static func column(_ ours: String, _ theirs: String) throws -> Column {
        let parts = ours.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, ["quantities", "metadata"].contains(parts[0]) { return .part(of: parts[0], parts[1]) }
        if units.contains(ours) { return .part(of: "quantities", ours) }
        if UsageItem.fieldNames.contains(ours), !["quantities", "metadata"].contains(ours) { return .field(ours) }
        throw Failure.rejected(
            "unknown_column",
            "the column \(theirs) is no field of usage; rename it with --map FIELD=\(theirs) (metadata.NAME and "
                + "quantities.UNIT are fields, too), or leave it out with --ignore \(theirs)")
    }

    private static func list(_ cells: [String]) -> String { cells.prefix(20).joined(separator: ", ") }

    /// The event of a record. An empty cell says nothing.
    func item(_ record: CSVRecord, source: String) -> UsageItem {
        guard record.cells.count == columns.count else {
            return UsageItem(
                code: "column_count",
                detail: "the line has \(record.cells.count) columns, and the heading "
                    + "\(columns.count)", field: nil)
        }
        var members: [WrittenJSON.Member] = []
        var parts: [String: [WrittenJSON.Member]] = [:]
        for (column, cell) in zip(columns, record.cells) where cell != "" {
            switch column {
            case .ignored: break
            case .field(let name): members.append(.init(name, Self.value(cell, isBare: Self.bare.contains(name))))
            case .part(let whole, let name): parts[whole, default: []].append(.init(name, Self.value(cell)))
            }
        }
        for (name, value) in parts { members.append(.init(name, .object(value))) }
        return UsageItem(.object(members), source: source)
    }

    /// Quantities may be texts, so only a few fields need to be numbers.
    private static func value(_ cell: String?, isBare: Bool = false) -> WrittenJSON {
        guard let cell else { return .illegible }
        guard isBare else { return .string(cell) }
        let digits = cell.utf8.drop { $0 == UInt8(ascii: "-") }
        let isNumber = !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
        return isNumber ? .number(cell) : ["true": .bool(true), "false": .bool(false)][cell] ?? .string(cell)
    }
}
