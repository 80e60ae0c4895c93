/// Rows on their way out, as text in one of the formats, page by page: each page is read on a snapshot of its own and
/// forgotten when it is written, so that neither memory nor a transaction grows with the export or with the patience of
/// its reader. A row that is made meanwhile may be there or not; none is there twice.
package actor Export<Row: Sendable>: TextStream {
    package typealias Page = @Sendable (_ after: Row?, _ limit: Int) async throws -> [Row]

    /// What a row becomes.
    package struct Shape: Sendable {
        /// The headings of CSV.
        let columns: [String]
        /// The lines of CSV; most rows are one.
        let lines: @Sendable (Row) throws -> [[JSON]]
        let json: @Sendable (Row) throws -> JSON

        /// One line of CSV for each row: the members of its JSON that are named.
        static func picking(_ names: [String], _ json: @escaping @Sendable (Row) throws -> JSON) -> Shape {
            Shape(
                columns: names,
                lines: { row in
                    let object = try json(row)
                    return [names.map(object.member)]
                }, json: json)
        }
    }

    package static var rowsPerPage: Int { 500 }

    package nonisolated let name: String
    package nonisolated let format: ExportFormat
    private let shape: Shape
    private let page: Page
    private var last: Row?
    private var written = 0
    private var isAtEnd = false

    /// - Parameter name: of the file.
    package init(_ name: String, _ format: ExportFormat, _ shape: Shape, page: @escaping Page) {
        self.name = name
        self.format = format
        self.shape = shape
        self.page = page
    }

    package func next() async throws -> String? {
        guard !isAtEnd else { return nil }
        let rows = try await page(last, Self.rowsPerPage)
        isAtEnd = rows.count < Self.rowsPerPage
        last = rows.last ?? last
        var text = written == 0 ? opening : ""
        for row in rows {
            text += try line(row)
            written += 1
        }
        if isAtEnd, format == .json { text += "]\n" }
        return text
    }

    private var opening: String {
        switch format {
        case .csv: CSV.heading(shape.columns)
        case .json: "["
        case .ndjson: ""
        }
    }

    private func line(_ row: Row) throws -> String {
        switch format {
        case .csv: try shape.lines(row).map(CSV.line).joined()
        case .json: (written == 0 ? "\n" : ",\n") + (try shape.json(row).text)
        case .ndjson: try shape.json(row).text + "\n"
        }
    }
}

/// A text that is made while it is read.
package protocol TextStream: Sendable {
    var name: String { get }
    var format: ExportFormat { get }
    /// The next part; `nil` after the last.
    func next() async throws -> String?
}
