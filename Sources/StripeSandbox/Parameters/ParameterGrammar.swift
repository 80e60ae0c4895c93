/// What one parameter may hold.
///
/// The tables beside this file write it so: `name` is text, `name:int` a whole number, `name:bool`, `name:num`; `{…}`
/// an object with just these members, `map` one with any members, `[…]` a list, `(a b)` one of these words, `x|y`
/// either, `x?` also the empty text, which clears the value, `@name` a type that is written out under that name. `!`
/// after a name: required.
indirect enum ParameterShape: Sendable, Equatable {
    case any
    case text
    case whole
    case number
    case flag
    case words([String])
    case map(ParameterShape)
    case list(ParameterShape)
    case fields([String: ParameterField])
    case either([ParameterShape])
    case clearable(ParameterShape)
}

struct ParameterField: Sendable, Equatable {
    let shape: ParameterShape
    let isRequired: Bool
}

/// The parameters of every operation served, as Stripe's API version 2026-10-28.endive has them.
struct ParameterTable: Sendable {
    /// By `METHOD /path`, with the placeholders of the path in braces.
    private(set) var operations: [String: [String: ParameterField]] = [:]

    static let stripe = ParameterTable(
        [accounts, checkout, customers, payments, balance, events].joined(separator: "\n"))

    /// - Parameter text: lines that begin with a method or an `@` are heads; the indented lines after one are its body.
    init(_ text: String) {
        let blocks = ParameterTable.blocks(of: text)
        let types = Dictionary(blocks.map { ($0.head, $0.body) }, uniquingKeysWith: { first, _ in first })
        for block in blocks where !block.head.hasPrefix("@") {
            var parser = ParameterParser(block.body, types: types)
            operations[block.head] = parser.fields(until: nil)
        }
    }

    private static func blocks(of text: String) -> [(head: String, body: String)] {
        var blocks: [(head: String, body: String)] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(" "), !blocks.isEmpty {
                blocks[blocks.count - 1].body += line + " "
            } else {
                blocks.append((String(line), ""))
            }
        }
        return blocks
    }
}

/// Reads one body of a table. The tables are ours, so what it cannot read is left out, and the contract test says so.
private struct ParameterParser {
    private var rest: Substring
    private let types: [String: String]

    init(_ text: String, types: [String: String]) {
        rest = text[...]
        self.types = types
    }

    mutating func fields(until close: Character?) -> [String: ParameterField] {
        var fields: [String: ParameterField] = [:]
        while true {
            skipSpaces()
            if take(close) || rest.isEmpty { return fields }
            let name = word()
            if name.isEmpty { return fields }
            let isRequired = take("!")
            fields[name] = ParameterField(shape: take(":") ? shape() : .text, isRequired: isRequired)
        }
    }

    private mutating func shape() -> ParameterShape {
        var shapes = [single()]
        while take("|") { shapes.append(single()) }
        return shapes.count == 1 ? shapes[0] : .either(shapes)
    }

    private mutating func single() -> ParameterShape {
        let shape = bare()
        return take("?") ? .clearable(shape) : shape
    }

    private mutating func bare() -> ParameterShape {
        if take("{") { return .fields(fields(until: "}")) }
        if take("(") { return .words(words()) }
        if take("[") { return .list(inner(until: "]")) }
        if take("@") {
            var parser = ParameterParser(types["@" + word()] ?? "", types: types)
            parser.skipSpaces()
            return parser.shape()
        }
        switch word() {
        case "int": return .whole
        case "num": return .number
        case "bool": return .flag
        case "any": return .any
        case "map": return .map(take("(") ? inner(until: ")") : .text)
        default: return .text
        }
    }

    private mutating func inner(until close: Character) -> ParameterShape {
        if take(close) { return .text }
        let inner = shape()
        _ = take(close)
        return inner
    }

    private mutating func words() -> [String] {
        let body = rest.prefix { $0 != ")" }
        rest = rest.dropFirst(body.count + 1)
        return body.split { $0.isWhitespace }.map(String.init)
    }

    private mutating func word() -> String {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private mutating func take(_ character: Character?) -> Bool {
        guard let character, rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skipSpaces() { rest = rest.drop { $0.isWhitespace } }
}
