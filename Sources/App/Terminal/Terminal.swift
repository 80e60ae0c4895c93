import Foundation
import Synchronization

/// Where answers and remarks go: answers to standard output, progress and errors to standard error.
struct Terminal: Sendable {
    let out: @Sendable (String) -> Void
    let err: @Sendable (String) -> Void
    /// Whether a person reads standard output, and so colours are welcome.
    let isInteractive: Bool
    /// Whether a person reads standard error, and so progress is welcome.
    let showsProgress: Bool
    let json: Bool

    /// The real one. `NO_COLOR` (no-color.org) and `TERM=dumb` are respected.
    static func standard(json: Bool, environment: [String: String]) -> Terminal {
        let plain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        return Terminal(
            out: { FileHandle.standardOutput.write(Data($0.utf8)) },
            err: { FileHandle.standardError.write(Data($0.utf8)) },
            isInteractive: isatty(STDOUT_FILENO) == 1 && !plain, showsProgress: isatty(STDERR_FILENO) == 1 && !plain,
            json: json)
    }

    func say(_ line: String) { out(line + "\n") }

    func remark(_ line: String) { err(line + "\n") }

    /// Shows `value` as JSON where that was asked for, and as `text` otherwise.
    func show(_ value: some Encodable, as text: () throws -> String) throws {
        say(json ? try prettyJSON(value) : try text())
    }

    func style(_ text: String, _ colour: Colour?) -> String {
        guard isInteractive, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    enum Colour: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }
}

/// Keys in alphabetical order, so that two answers can be compared line by line.
func prettyJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
