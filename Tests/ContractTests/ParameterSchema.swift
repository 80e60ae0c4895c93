import Stripe

/// The part of JSON Schema that the parameters are described in: closed and open objects, lists, enumerations, and a
/// choice of these. An enumeration is taken as closed, also where Stripe says that it may grow.
indirect enum ParameterSchema: Decodable, Sendable {
    case object(fields: [String: ParameterSchema], required: [String], others: ParameterSchema?)
    case array(ParameterSchema)
    case string(allowed: [String]?)
    case integer
    case number
    case boolean
    case anyOf([ParameterSchema])
    /// A file's contents, which nobody here sends: no value fits.
    case undescribed

    private enum CodingKeys: String, CodingKey {
        case type, properties, required, additionalProperties, items, anyOf
        case allowed = "enum"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let choices = try container.decodeIfPresent([ParameterSchema].self, forKey: .anyOf) {
            self = .anyOf(choices)
            return
        }
        switch try container.decodeIfPresent(String.self, forKey: .type) {
        case nil: self = .undescribed
        case "object":
            self = .object(
                fields: try container.decodeIfPresent([String: ParameterSchema].self, forKey: .properties) ?? [:],
                required: try container.decodeIfPresent([String].self, forKey: .required) ?? [],
                others: try? container.decode(ParameterSchema.self, forKey: .additionalProperties))
        case "array": self = .array(try container.decode(ParameterSchema.self, forKey: .items))
        case "string": self = .string(allowed: try container.decodeIfPresent([String].self, forKey: .allowed))
        case "integer": self = .integer
        case "number": self = .number
        case "boolean": self = .boolean
        case let type?:
            throw DecodingError.dataCorruptedError(forKey: .type, in: container, debugDescription: "type \(type)")
        }
    }

    /// What is wrong with a value, each with its place; nothing when it may be sent.
    func problems(_ value: FormValue, at place: String) -> [String] {
        switch (self, value) {
        case (.object(let fields, let required, let others), .fields(let form)):
            return Self.problems(form, fields: fields, required: required, others: others, at: place)
        case (.array(let element), .list(let values)):
            return values.enumerated().flatMap { element.problems($1, at: "\(place)[\($0)]") }
        case (.string(let allowed?), .string(let text)):
            return allowed.contains(text) ? [] : ["\(place): \(text) is none of \(allowed.prefix(8))"]
        case (.string, .string), (.integer, .integer), (.number, .integer), (.boolean, .boolean): return []
        case (.anyOf(let choices), _):
            let problems = choices.map { $0.problems(value, at: place) }
            return problems.min { $0.count < $1.count } ?? []
        default: return ["\(place): \(value) is not of the type that is asked for"]
        }
    }

    private static func problems(
        _ form: FormParameters, fields: [String: ParameterSchema], required: [String], others: ParameterSchema?,
        at place: String
    ) -> [String] {
        let missing = required.filter { form[$0] == nil }.map { "\(place): \($0) is missing" }
        return missing
            + form.fields.flatMap { field in
                guard let schema = fields[field.name] ?? others else { return ["\(place): \(field.name) is unknown"] }
                return schema.problems(field.value, at: "\(place).\(field.name)")
            }
    }
}
