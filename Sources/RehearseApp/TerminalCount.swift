import Foundation

/// A line at the foot of the terminal that is written over and over; nothing where standard error is no terminal.
enum TerminalCount {
    private static let isTerminal = isatty(STDERR_FILENO) == 1

    static func say(_ text: String) { write("\r\u{1B}[K  \(text)") }
    static func clear() { write("\r\u{1B}[K") }

    private static func write(_ text: String) {
        if isTerminal { FileHandle.standardError.write(Data(text.utf8)) }
    }
}
