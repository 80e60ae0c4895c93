/// Swift source with everything blanked out that is not code, so that no rule about code stumbles over a comment.
/// Lines stay where they were.
struct SwiftText: Sendable {
    /// Neither comments nor the contents of string literals; what is interpolated is code and stays.
    let code: String
    /// No comments; string literals stay.
    let codeAndStrings: String

    private enum Context {
        case code, lineComment
        case blockComment(depth: Int)
        case string(quotes: Int, hashes: Int)
        case interpolation(depth: Int)
    }

    /// A text in another language.
    init(plain text: String) {
        code = text
        codeAndStrings = text
    }

    init(_ text: String) {
        var reader = Reader(Array(text.utf8))
        while reader.step() {}
        code = String(decoding: reader.code, as: UTF8.self)
        codeAndStrings = String(decoding: reader.codeAndStrings, as: UTF8.self)
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        var contexts: [Context] = [.code]
        var code: [UInt8] = []
        var codeAndStrings: [UInt8] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func sees(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

        mutating func take(_ count: Int, code isCode: Bool, string isString: Bool = false) {
            for byte in bytes[place..<min(bytes.count, place + count)] {
                let blank = byte == 0x0A ? byte : 0x20
                code.append(isCode ? byte : blank)
                codeAndStrings.append(isCode || isString ? byte : blank)
            }
            place += count
        }

        mutating func step() -> Bool {
            guard place < bytes.count, let context = contexts.last else { return false }
            switch context {
            case .code, .interpolation: stepInCode(context)
            case .lineComment:
                if sees("\n") { contexts.removeLast() }
                take(1, code: false)
            case .blockComment(let depth): stepInComment(depth)
            case .string(let quotes, let hashes): stepInString(quotes: quotes, hashes: hashes)
            }
            return true
        }

        mutating func stepInCode(_ context: Context) {
            if sees("//") {
                contexts.append(.lineComment)
                return take(2, code: false)
            }
            if sees("/*") {
                contexts.append(.blockComment(depth: 1))
                return take(2, code: false)
            }
            let hashes = bytes[place...].prefix { $0 == 0x23 }.count
            let quotes = bytes[(place + hashes)...].prefix(3).prefix { $0 == 0x22 }.count
            if quotes > 0 {
                let opening = quotes == 3 ? 3 : 1
                contexts.append(.string(quotes: opening, hashes: hashes))
                return take(hashes + opening, code: true)
            }
            if case .interpolation(let depth) = context { follow(depth) }
            take(max(1, hashes), code: true)
        }

        mutating func follow(_ depth: Int) {
            contexts.removeLast()
            if sees("(") {
                contexts.append(.interpolation(depth: depth + 1))
            } else if !sees(")") {
                contexts.append(.interpolation(depth: depth))
            } else if depth > 1 {
                contexts.append(.interpolation(depth: depth - 1))
            }
        }

        mutating func stepInComment(_ depth: Int) {
            let change = sees("/*") ? 1 : sees("*/") ? -1 : 0
            contexts.removeLast()
            if depth + change > 0 { contexts.append(.blockComment(depth: depth + change)) }
            take(change == 0 ? 1 : 2, code: false)
        }

        mutating func stepInString(quotes: Int, hashes: Int) {
            let fence = String(repeating: "#", count: hashes)
            if sees(String(repeating: "\"", count: quotes) + fence) {
                contexts.removeLast()
                return take(quotes + hashes, code: true)
            }
            if sees("\\\(fence)(") {
                contexts.append(.interpolation(depth: 1))
                return take(2 + hashes, code: false, string: true)
            }
            take(sees("\\" + fence) ? 2 + hashes : 1, code: false, string: true)
        }
    }
}
