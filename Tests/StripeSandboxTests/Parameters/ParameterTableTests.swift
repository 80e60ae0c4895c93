import Testing

@testable import StripeSandbox

/// The tables against Stripe's own list, both ways: nothing is taken that Stripe refuses, nothing refused that it
/// takes.
@Suite(.enabled(if: StripeContract.isPresent, StripeContract.comment))
struct ParameterTableTests {
    @Test func `every operation served takes exactly what Stripe takes`() throws {
        let schemas = try StripeContract.operations()
        for operation in Operation.all {
            let schema = try #require(schemas[operation.name], "Stripe has no \(operation.name)")
            let ours = ParameterTable.stripe.operations[operation.name] ?? [:]
            #expect(Self.notation(.fields(ours)) == Self.notation(schema), "\(operation.name)")
        }
    }

    @Test func `every table has its operation`() {
        let served = Set(Operation.all.map(\.name))
        #expect(Set(ParameterTable.stripe.operations.keys).subtracting(served) == [])
    }

    /// A shape as a text that is the same for the same shape.
    private static func notation(_ shape: ParameterShape) -> String {
        switch shape {
        case .any: return "any"
        case .text: return "str"
        case .whole: return "int"
        case .number: return "num"
        case .flag: return "bool"
        case .words(let words): return "(\(words.joined(separator: " ")))"
        case .map(let inner): return "map(\(notation(inner)))"
        case .list(let inner): return "[\(notation(inner))]"
        case .either(let shapes): return shapes.map(notation).joined(separator: "|")
        case .clearable(let inner): return notation(inner) + "?"
        case .fields(let fields):
            let members = fields.sorted { $0.key < $1.key }.map { name, field in
                "\(name)\(field.isRequired ? "!" : ""):\(notation(field.shape))"
            }
            return "{\(members.joined(separator: " "))}"
        }
    }

    private static func notation(_ schema: [String: Any]) -> String {
        if let options = schema["anyOf"] as? [[String: Any]] {
            let real = options.filter { ($0["enum"] as? [String]) != [""] }
            return real.map(notation).joined(separator: "|") + (real.count < options.count ? "?" : "")
        }
        if let words = schema["enum"] as? [String] {
            return "(\(words.filter { !$0.isEmpty }.joined(separator: " ")))" + (words.contains("") ? "?" : "")
        }
        switch schema["type"] as? String {
        case "string": return "str"
        case "integer": return "int"
        case "number": return "num"
        case "boolean": return "bool"
        case "array": return "[\(notation(schema["items"] as? [String: Any] ?? [:]))]"
        case "object":
            if let values = schema["additionalProperties"] as? [String: Any] { return "map(\(notation(values)))" }
            let required = Set(schema["required"] as? [String] ?? [])
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            let members = properties.sorted { $0.key < $1.key }.map { name, inner in
                "\(name)\(required.contains(name) ? "!" : ""):\(notation(inner))"
            }
            return "{\(members.joined(separator: " "))}"
        default: return "any"
        }
    }
}
