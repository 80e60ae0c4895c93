import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// A request of somebody who runs in the same process.
package struct InProcessRequest: Sendable, Hashable {
    /// `POST`.
    package let method: String
    /// Path and query, percent-encoded.
    package let target: String
    package var headers: [String: String]
    package var body: [UInt8]

    package init(_ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// What the server answers such a request.
package struct InProcessAnswer: Sendable {
    package let status: Int
    /// Where a browser is sent on to.
    package let location: String?
    package let body: [UInt8]
}

extension BursarServer {
    /// The way of every request but for the socket: the same table, keys, limits, Idempotency-Keys and problems. What
    /// is sent in parts is answered whole.
    /// - Throws: what would cut an answer off that is sent in parts.
    package func answer(_ request: InProcessRequest) async throws -> InProcessAnswer {
        var fields: HTTPFields = [.contentLength: String(request.body.count)]
        for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        let head = HTTPRequest(
            method: .init(rawValue: request.method) ?? .get, scheme: "http", authority: "localhost",
            path: request.target, headerFields: fields)
        let answer = await front.answer(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: request.body))),
            Connection(inProcess: logger))
        var body = Array(answer.body.readableBytesView)
        while let part = try await answer.rest?.next() { body += part.utf8 }
        return InProcessAnswer(status: answer.status, location: answer.headers[.location], body: body)
    }
}
