/// Turns what a form says into typed values, or refuses it in Stripe's words.
enum ParameterCheck {
    /// - Returns: an object with a member for each parameter sent; whole numbers are `.int`, flags `.bool`.
    static func read(_ form: FormValue, as fields: [String: ParameterField]) throws(StripeError) -> JSONObject {
        guard case .fields(let given) = form else { return [:] }
        return try members(of: given, as: fields, at: nil)
    }

    private static func members(
        of given: [(name: String, value: FormValue)], as fields: [String: ParameterField], at path: String?
    ) throws(StripeError) -> JSONObject {
        let unknown = given.map(\.name).filter { fields[$0] == nil }.map { inside(path, $0) }
        if let first = unknown.first {
            let message =
                "Received unknown parameter\(unknown.count > 1 ? "s" : ""): \(unknown.joined(separator: ", "))"
            throw .badParameter(message, code: "parameter_unknown", first)
        }
        var object: JSONObject = [:]
        for (name, value) in given {
            guard let field = fields[name] else { continue }
            object[name] = try read(value, as: field.shape, at: inside(path, name))
        }
        for name in fields.keys.sorted() where fields[name]?.isRequired == true && object[name] == nil {
            let missing = inside(path, name)
            throw .badParameter("Missing required param: \(missing).", code: "parameter_missing", missing)
        }
        return object
    }

    private static func inside(_ path: String?, _ name: String) -> String {
        path.map { "\($0)[\(name)]" } ?? name
    }

    private static func read(
        _ value: FormValue, as shape: ParameterShape, at path: String
    ) throws(StripeError) -> JSON {
        switch (shape, value) {
        case (.clearable, .text("")): return ""
        case (.clearable(let inner), _): return try read(value, as: inner, at: path)
        case (.either(let shapes), _): return try readFirst(value, as: shapes, at: path)
        case (.any, .text(let text)): return .string(text)
        case (.fields(let fields), .fields(let given)): return .object(try members(of: given, as: fields, at: path))
        case (.any, .fields(let given)), (.map(_), .fields(let given)):
            let inner: ParameterShape = if case .map(let inner) = shape { inner } else { .any }
            var object: JSONObject = [:]
            for (name, value) in given {
                // In a map "" takes the member away.
                object[name] = value == .text("") ? "" : try read(value, as: inner, at: inside(path, name))
            }
            return .object(object)
        case (.list(let inner), .fields(let given)):
            var elements: [JSON] = []
            for (name, value) in given { elements.append(try read(value, as: inner, at: inside(path, name))) }
            return .array(elements)
        case (.fields, .text), (.map, .text): throw .badParameter("Invalid object", path)
        case (.list, .text): throw .badParameter("Invalid array", path)
        case (_, .fields): throw .badParameter("Invalid string: \(path)", path)
        case (_, .text(let text)): return try scalar(text, as: shape, at: path)
        }
    }

    private static func scalar(
        _ text: String, as shape: ParameterShape, at path: String
    ) throws(StripeError) -> JSON {
        guard !text.isEmpty else {
            throw .badParameter(
                "You passed an empty string for '\(path)'. We assume empty values are an attempt to unset a parameter; "
                    + "however '\(path)' cannot be unset. You should remove '\(path)' from your request or supply a "
                    + "non-empty value.", code: "parameter_invalid_empty", path)
        }
        switch shape {
        case .whole:
            guard let number = Int64(text) else {
                throw .badParameter("Invalid integer: \(text)", code: "parameter_invalid_integer", path)
            }
            return .int(number)
        case .flag:
            guard ["true", "false"].contains(text) else { throw .badParameter("Invalid boolean: \(text)", path) }
            return .bool(text == "true")
        case .words(let words) where !words.contains(text):
            let listed =
                words.count > 1 ? words.dropLast().joined(separator: ", ") + ", or " + (words.last ?? "") : words[0]
            throw .badParameter("Invalid \(path): must be one of \(listed)", path)
        default:
            return .string(text)
        }
    }

    /// The first alternative that fits; where none does, the last one's refusal.
    private static func readFirst(
        _ value: FormValue, as shapes: [ParameterShape], at path: String
    ) throws(StripeError) -> JSON {
        for shape in shapes.dropLast() {
            if let read = try? read(value, as: shape, at: path) { return read }
        }
        return try read(value, as: shapes.last ?? .any, at: path)
    }
}
