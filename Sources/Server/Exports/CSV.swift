import Foundation

/// Comma-separated values (RFC 4180).
enum CSV {
    static func line(_ cells: [JSON]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    static func heading(_ names: [String]) -> String { names.joined(separator: ",") + "\r\n" }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .decimal(let number): number.description
        case .string(let text): quoted(harmless(text))
        case .array, .object: quoted(value.text)
        }
    }

    /// A spreadsheet takes a text that begins so for a formula, and carries it out. An apostrophe before it makes it
    /// text again. Source: owasp.org/www-community/attacks/CSV_Injection.
    private static func harmless(_ text: String) -> String {
        // Some trim what cannot be seen before they look.
        let first = text.unicodeScalars.first { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .format || scalar == "\t"
                || scalar == "\r" || scalar == "\n"
        }
        guard let first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else {
            return text
        }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        // Scalar by scalar: a quote that a combining mark follows is another character, and still a quote.
        let inside = text.unicodeScalars.reduce(into: String.UnicodeScalarView()) { cell, scalar in
            if scalar == "\"" { cell.append(scalar) }
            cell.append(scalar)
        }
        return "\"\(String(inside))\""
    }
}
