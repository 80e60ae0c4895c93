import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// What a route answers, before it is put on the wire.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    private let content: Content
    /// What comes after `body`, made while it is sent.
    var rest: (any TextStream)?

    init(status: Int, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        content = .bytes(body)
    }

    private enum Content: Sendable {
        case bytes(ByteBuffer)
        case json(@Sendable () -> JSON)
    }

    private init(status: Int, headers: HTTPFields, content: Content) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    var body: ByteBuffer {
        switch content {
        case .bytes(let bytes): bytes
        case .json(let make): make().bytes
        }
    }

    /// With its body as bytes, for who needs them more than once.
    var written: Answer { Answer(status: status, headers: headers, content: .bytes(body)) }

    /// What is long, and is written out when it is sent: not while the database waits.
    static func json(later make: @escaping @Sendable () -> JSON) -> Answer {
        Answer(
            status: 200, headers: [.contentType: "application/json", .cacheControl: "no-store"], content: .json(make))
    }

    static func json(_ value: JSON, status: Int = 200) -> Answer {
        Answer(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"], body: value.bytes)
    }

    /// The first part is made before anything is sent, so that what cannot be done is refused like everything else.
    static func stream(_ stream: any TextStream) async throws -> Answer {
        let first = try await stream.next() ?? ""
        var answer = Answer(
            status: 200,
            headers: [
                .contentType: stream.format.contentType, .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(stream.name).\(stream.format.rawValue)\"",
            ], body: ByteBuffer(string: first))
        answer.rest = stream
        return answer
    }

    /// An answer that was kept as bytes: its kind follows from its status.
    static func remembered(status: Int, body: [UInt8]) -> Answer {
        let type = status >= 400 ? "application/problem+json" : "application/json"
        return Answer(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"], body: ByteBuffer(bytes: body))
    }

    /// After a form was posted, or where the browser has to go on.
    static func seeOther(_ location: String) -> Answer {
        Answer(status: 303, headers: [.location: location, .cacheControl: "no-store"])
    }

    func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[name] = value
        return answer
    }

    func response(isHead: Bool) -> Response {
        let body = body
        if let rest {
            return Response(
                status: .init(code: status), headers: headers,
                body: isHead ? ResponseBody() : Self.body(body, then: rest))
        }
        var headers = headers
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: .init(code: status), headers: headers,
            body: isHead ? ResponseBody() : ResponseBody(byteBuffer: body))
    }

    /// Each part waits until the client has taken the one before. A fault, or the server stopping, cuts the answer
    /// off: the client sees that the text is not complete.
    private static func body(_ first: ByteBuffer, then rest: any TextStream) -> ResponseBody {
        ResponseBody { writer in
            try await writer.write(first)
            while let part = try await rest.next() {
                guard !Task.isShuttingDownGracefully else { throw CancellationError() }
                try await writer.write(ByteBuffer(string: part))
            }
            try await writer.finish(nil)
        }
    }
}

extension HTTPField.Name {
    static let contentDisposition = HTTPField.Name("Content-Disposition")!
    // Each is a token, so each is a field name.
    static let requestID = HTTPField.Name("Request-Id")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
    static let bursarAccount = HTTPField.Name("Bursar-Account")!
    static let stripeSignature = HTTPField.Name("Stripe-Signature")!
    static let traceParent = HTTPField.Name("traceparent")!
    /// What proxies add to the requests that they pass on.
    static let ofProxies = [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
    ].map { HTTPField.Name($0)! }
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
}
