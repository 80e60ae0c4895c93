/// Why Bursar does not do what it was asked. `code` is stable and fit for a metric's label; `detail` is a sentence for
/// the caller that says what to do, and never holds a secret.
public struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The request is wrong in itself.
        case invalid
        /// There is no such thing, or none that the caller may know of.
        case notFound
        /// The request is right, and the present state does not allow it.
        case conflict
        case forbidden
        /// The caller is not, or no longer, who may ask.
        case unauthenticated
        /// Nothing happened: the same request may be sent again.
        case unavailable
        /// It may have happened: the same request with the same key may be sent again.
        case indeterminate
    }

    public let kind: Kind
    public let code: String
    public let detail: String
    /// The field of the request that is wrong.
    public let field: String?

    public init(_ kind: Kind, _ code: String, _ detail: String, field: String? = nil) {
        self.kind = kind
        self.code = code
        self.detail = detail
        self.field = field
    }

    public var description: String { "\(kind.rawValue): \(code)" }
}

extension WorkerError {
    public static func invalid(_ field: String, _ detail: String, code: String = "invalid_field") -> Self {
        Self(.invalid, code, detail, field: field)
    }

    /// Unknown and foreign things look the same.
    public static func notFound(_ what: String) -> Self {
        Self(.notFound, "not_found", "there is no such \(what)")
    }

    public static func conflict(_ code: String, _ detail: String) -> Self { Self(.conflict, code, detail) }
}
