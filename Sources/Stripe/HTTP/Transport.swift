/// The seam to the network: one request, one answer of any status, or the reason why there is none.
/// It makes one attempt. Faults are injected here, and the sandbox can be put here.
public typealias Transport = @Sendable (HTTPRequest) async throws(TransportError) -> HTTPResponse

/// Why a request has no answer, and above all whether it may have reached the server.
public struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Not a byte of the request was sent: it can be tried again as if for the first time.
        case unavailable
        /// The request, or a part of it, was sent: the server may have acted on it.
        case indeterminate
    }

    public enum Reason: String, Sendable, CaseIterable {
        case nameNotResolved = "name_not_resolved"
        case connectionFailed = "connection_failed"
        case tlsFailed = "tls_failed"
        case timedOut = "timed_out"
        case connectionCut = "connection_cut"
        case answerTooLarge = "answer_too_large"
        case cancelled
        case shutDown = "shut_down"
        /// A URL that cannot be read, or a control character in a header.
        case requestMalformed = "request_malformed"
        case other
    }

    public let kind: Kind
    public let reason: Reason

    public init(_ kind: Kind, _ reason: Reason) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { "\(kind.rawValue): \(reason.rawValue)" }
}
