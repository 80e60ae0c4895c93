/// A request as it came over the wire, with no socket attached.
public struct SandboxRequest: Sendable {
    public var method: String
    /// The path with its query, as in the request line: `/v1/events?limit=3`.
    public var target: String
    /// Names in lower case.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method.uppercased()
        self.target = target
        self.headers = Dictionary(
            headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }

    var path: String { String(target.prefix { $0 != "?" }) }
    var query: String { String(target.drop { $0 != "?" }.dropFirst()) }
}

/// An answer to be sent whole.
public struct SandboxAnswer: Sendable, Equatable {
    public var status: Int
    public var headers: [Header]
    public var body: [UInt8]

    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    /// The value of the first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    static func json(_ status: Int, _ value: JSON) -> SandboxAnswer {
        SandboxAnswer(
            status: status, headers: [Header(name: "Content-Type", value: "application/json")], body: value.bytes)
    }

    static func page(_ status: Int, _ page: HTML) -> SandboxAnswer {
        SandboxAnswer(
            status: status,
            headers: [
                Header(name: "Content-Type", value: "text/html; charset=utf-8"),
                Header(name: "Cache-Control", value: "no-store"),
                Header(name: "Content-Security-Policy", value: "default-src 'none'; style-src 'unsafe-inline'"),
            ],
            body: Array(page.text.utf8))
    }

    static func redirect(to url: String) -> SandboxAnswer {
        SandboxAnswer(status: 303, headers: [Header(name: "Location", value: url)], body: [])
    }
}

/// What the caller is to see: an answer, or a wire that fails.
public enum SandboxOutcome: Sendable, Equatable {
    case answer(SandboxAnswer)
    /// The answer, but only after so many milliseconds, a little at a time.
    case slow(SandboxAnswer, milliseconds: Int64)
    /// The head of the answer promises the whole body; only so many bytes of it come before the connection is closed.
    case cut(SandboxAnswer, bytes: Int)
    /// The connection is reset with no answer.
    case reset
    /// No answer ever comes; the caller has to give up by itself.
    case silence
}
