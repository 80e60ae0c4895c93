/// One HTTP request, complete: what a `Transport` sends.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable, Codable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    public var method: Method
    /// Absolute, with scheme, host, path and query, already percent-encoded.
    public var url: String
    public var headers: HTTPHeaders
    public var body: [UInt8]?
    /// Limit of the whole exchange, from the call to the last byte of the answer.
    public var timeoutMilliseconds: Int
    /// True for a request that must reach the server at most once. An HTTP client sends a request again by itself when
    /// a connection that was kept open turns out to be dead; such a request is therefore never put on a kept
    /// connection.
    public var atMostOnce: Bool

    public init(
        method: Method, url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        timeoutMilliseconds: Int = 80_000, atMostOnce: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.atMostOnce = atMostOnce
    }
}

/// Headers hold the API key and bodies hold people's data, so neither is ever described.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "HTTP \(method.rawValue)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["method": method]) }
}
