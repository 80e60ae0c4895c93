import Foundation
import Rehearsal

/// A client with one connection, which it opens anew when the server has closed it. What it was answered is kept, for
/// the scan of all bytes that were ever written.
final class Caller {
    let port: Int
    private let record: AnswerRecord
    private var socket: LoopbackSocket?

    init(port: Int, record: AnswerRecord) {
        self.port = port
        self.record = record
    }

    /// Sends a whole request and waits for its answer.
    /// - Returns: `nil` when the server closes without an answer.
    func exchange(_ request: [UInt8], _ name: String) throws -> RawAnswer? {
        // A kept connection may have been closed since; then nothing was read of the request.
        for _ in 0..<2 {
            let isFresh = socket == nil
            let connection = try socket ?? LoopbackSocket(port: port)
            socket = connection
            connection.send(request)
            let answer = connection.answer()
            if answer == nil || answer?.headers["connection"] == "close" { socket = nil }
            if let answer {
                record.add(name, answer)
                return answer
            }
            if isFresh { return nil }
        }
        return nil
    }

    /// An API call; the header fields are sent as they are given.
    func call(
        _ method: String, _ target: String, _ body: String? = nil, key: String? = nil, account: String? = nil,
        headers: [String: String] = [:]
    ) throws -> RawAnswer? {
        try call(method, target, bytes: body.map { Array($0.utf8) }, key: key, account: account, headers: headers)
    }

    func call(
        _ method: String, _ target: String, bytes: [UInt8]?, key: String? = nil, account: String? = nil,
        headers: [String: String] = [:]
    ) throws -> RawAnswer? {
        var fields = ["Host": "127.0.0.1"]
        fields["Authorization"] = key.map { "Bearer \($0)" }
        fields["Bursar-Account"] = account
        if let bytes {
            fields["Content-Length"] = "\(bytes.count)"
            fields["Content-Type"] = "application/json"
        }
        fields.merge(headers) { _, given in given }
        let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        let request = Array("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n".utf8) + (bytes ?? [])
        return try exchange(request, "\(method) \(target)")
    }
}

/// Every answer that a server gave, with what was asked.
final class AnswerRecord {
    private(set) var answers: [(asked: String, answer: RawAnswer)] = []

    func add(_ asked: String, _ answer: RawAnswer) { answers.append((asked, answer)) }
}
