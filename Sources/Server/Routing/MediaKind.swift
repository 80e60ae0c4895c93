import HTTPTypes

/// What kind of JSON a body is.
enum MediaKind: Sendable, Hashable {
    case json
    /// A CloudEvent with its attributes beside its data.
    case event
    case eventBatch
    /// A CloudEvent's data alone: its attributes are in the `ce-` headers.
    case eventData

    static let ofAll = "application/json"
    static let ofEvents = "application/json, application/cloudevents+json or application/cloudevents-batch+json"

    /// By `Content-Type`, with or without parameters, and not compressed.
    /// - Returns: nil for a body of another kind.
    init?(_ headers: HTTPFields, hasBody: Bool = true) {
        let type = headers[.contentType]?.prefix { $0 != ";" }.lowercased().replacing(" ", with: "") ?? ""
        let hasAttributes = headers.contains { $0.name.canonicalName.hasPrefix(CloudEvent.headerPrefix) }
        guard headers[.contentEncoding] == nil || !hasBody else { return nil }
        switch type {
        case "application/cloudevents+json": self = .event
        case "application/cloudevents-batch+json": self = .eventBatch
        case _ where hasAttributes && (Self.isJSON(type) || !hasBody): self = .eventData
        case "application/json": self = .json
        case _ where !hasBody: self = .json
        default: return nil
        }
    }

    /// `application/json`, or a type that is JSON by its suffix (RFC 6839).
    static func isJSON(_ type: String) -> Bool {
        type == "application/json"
            || type.hasSuffix("+json") && type.contains("/") && !type.hasPrefix("application/cloudevents")
    }
}
