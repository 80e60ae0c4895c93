/// How rows are written out.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// RFC 4180, with a line of headings.
    case csv
    /// One array.
    case json
    /// One object a line.
    case ndjson

    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        }
    }
}

extension ExportFormat {
    static func named(_ text: String?) throws -> ExportFormat {
        guard let text else { return .json }
        guard let format = ExportFormat(rawValue: text) else {
            throw Fields.wrong("format", "one of " + allCases.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }
}
