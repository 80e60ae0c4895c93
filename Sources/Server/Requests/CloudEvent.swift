import Foundation
import HTTPTypes
import Worker

/// A usage event as CloudEvents 1.0 has it (cloudevents.io, its JSON format and its HTTP binding): `id`, `source` and
/// `time` are attributes, `subject` is the customer, and `data` holds the other fields. Any `type` will do, for the
/// route says what the event is about; so will any extension.
struct CloudEvent {
    static let headerPrefix = "ce-"

    /// As text, those that are there and not null.
    private let attributes: [String: String]
    private let data: WrittenJSON?
    private let isBinary: Bool

    /// An event with its attributes beside its data.
    static func item(_ written: WrittenJSON) -> UsageItem {
        item(written["id"]?.text) { try CloudEvent(written) }
    }

    /// An event with its attributes in the request's header.
    static func item(_ headers: HTTPFields, data: WrittenJSON?) -> UsageItem {
        item(HTTPField.Name(headerPrefix + "id").flatMap { headers[$0] }) { try CloudEvent(headers, data: data) }
    }

    private static func item(_ eventID: String?, _ read: () throws -> CloudEvent) -> UsageItem {
        do {
            let event = try read()
            return UsageItem(try event.plain(), source: UsageReport.defaultSource, naming: event.naming)
        } catch {
            return UsageItem(refused: Problem(error), eventID: eventID)
        }
    }

    private init(_ written: WrittenJSON) throws {
        guard let members = written.members else { throw Fields.notAnObject }
        var attributes: [String: String] = [:]
        var data: WrittenJSON?
        if let field = written.repeatedField { throw Problem.repeated(field) }
        for member in members {
            let name = member.name ?? "?"
            switch name {
            case "data": data = member.value == .null ? nil : member.value
            case "data_base64" where member.value != .null:
                throw Problem.invalid(
                    "binary_data", "send the event's fields as a JSON object in data; data_base64 is not taken",
                    field: "data_base64")
            case "data_base64": break
            default: attributes[name] = try Self.attribute(name, member.value)
            }
        }
        self.attributes = attributes
        self.data = data
        isBinary = false
        try check()
    }

    private init(_ headers: HTTPFields, data: WrittenJSON?) throws {
        var attributes: [String: String] = [:]
        for header in headers where header.name.canonicalName.hasPrefix(Self.headerPrefix) {
            let field = header.name.canonicalName
            let name = String(field.dropFirst(Self.headerPrefix.count))
            guard let text = Self.decoded(header.value) else {
                throw Problem.invalid(
                    "illegible_text", "write the header in ASCII, with other characters percent-encoded from UTF-8",
                    field: Fields.shown(field))
            }
            guard attributes.updateValue(text, forKey: name) == nil else { throw Problem.repeated(field) }
        }
        self.attributes = attributes
        self.data = data
        isBinary = true
        try check()
    }

    /// - Returns: nil for one that is null, and for an extension that is no text: nobody reads those.
    private static func attribute(_ name: String, _ value: WrittenJSON) throws -> String? {
        switch value {
        case .string(let text): return text
        case .illegible: throw Problem.illegible(name)
        case .null: return nil
        default:
            guard known.contains(name) else { return nil }
            throw Fields.wrong(name, "a string")
        }
    }

    private static let required = ["specversion", "id", "source", "type"]
    private static let known = Set(required + ["subject", "time", "datacontenttype", "dataschema"])

    private func check() throws {
        for name in Self.required where attributes[name]?.isEmpty ?? true {
            throw Problem.invalid("missing_field", "a CloudEvent needs this attribute", field: place(name))
        }
        guard attributes["specversion"] == "1.0" else {
            throw Problem.invalid(
                "unsupported_specversion", "send CloudEvents of specversion 1.0", field: place("specversion"))
        }
        let misnamed = attributes.keys.filter { name in
            name.isEmpty || !name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        }.min()
        if let misnamed {
            throw Problem.invalid(
                "unknown_field",
                "the name of an attribute is made of a–z and 0–9; what the event reports goes into its data",
                field: place(Fields.shown(misnamed)))
        }
        let type = attributes["datacontenttype"]?.prefix { $0 != ";" }.lowercased() ?? MediaKind.ofAll
        guard MediaKind.isJSON(type) else {
            throw Problem.invalid(
                "unsupported_data_type", "the data must be JSON: application/json", field: place("datacontenttype"))
        }
    }

    /// The event in the plain form.
    private func plain() throws -> WrittenJSON {
        guard let members = (data ?? .object([])).members else {
            throw Fields.wrong("data", "a JSON object with the event's fields")
        }
        if let own = members.first(where: { ["id", "source", "time"].contains($0.name) })?.name {
            throw Problem.invalid(
                "unknown_field", "it is an attribute of the event, beside its data", field: naming.data + own)
        }
        var plain = ["id", "source", "time"].compactMap { name in
            attributes[name].map { WrittenJSON.Member(name, .string($0)) }
        }
        guard let subject = attributes["subject"] else { return .object(plain + members) }
        let named = members.filter { $0.name == "customer" }.map(\.value)
        guard named.allSatisfy({ $0 == .string(subject) || $0 == .null }) else {
            throw Problem.invalid(
                "customer_differs", "subject and the data name two customers; name one",
                field: naming.data + "customer")
        }
        plain.append(WrittenJSON.Member("customer", .string(subject)))
        return .object(plain + members.filter { $0.name != "customer" })
    }

    private var naming: FieldNaming {
        let data = isBinary ? "" : "data."
        let isInSubject = attributes["subject"] != nil || self.data?["customer"] == nil
        return FieldNaming(
            attribute: isBinary ? Self.headerPrefix : "", data: data,
            customer: isInSubject ? place("subject") : data + "customer")
    }

    private func place(_ attribute: String) -> String { (isBinary ? Self.headerPrefix : "") + attribute }

    /// The value of a header, out of its quotes and its percent-encoding.
    private static func decoded(_ value: String) -> String? {
        guard value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 else {
            return PercentCoding.decode(Substring(value))
        }
        var text = ""
        var isEscaped = false
        for character in value.dropFirst().dropLast() {
            isEscaped = character == "\\" && !isEscaped
            if !isEscaped { text.append(character) }
        }
        return isEscaped ? nil : PercentCoding.decode(Substring(text))
    }
}
