import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import StripeSandbox

/// Sends one answer, whole or as a fault has it.
struct AnswerWriter {
    let outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    let channel: any Channel

    private static let drips = 8

    func write(_ answer: SandboxAnswer) async throws {
        try await outbound.write(contentsOf: [
            head(of: answer), .body(.byteBuffer(ByteBuffer(bytes: answer.body))), .end(nil),
        ])
    }

    /// Half of the time nothing comes, in the other half the body in drips.
    func drip(_ answer: SandboxAnswer, over milliseconds: Int64) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds / 2))
        try await outbound.write(head(of: answer))
        let size = max(1, answer.body.count / Self.drips)
        for start in stride(from: 0, to: answer.body.count, by: size) {
            let piece = answer.body[start..<min(start + size, answer.body.count)]
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: piece))))
            try await Task.sleep(for: .milliseconds(milliseconds / Int64(2 * Self.drips)))
        }
        try await outbound.write(.end(nil))
    }

    /// Promises the whole body, sends a part of it, and leaves the end to the closing of the connection.
    func cut(_ answer: SandboxAnswer, after bytes: Int) async throws {
        try await outbound.write(head(of: answer))
        try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: answer.body.prefix(bytes)))))
        try await channel.close()
    }

    /// Closes so that the other side sees a reset: with nothing lingering.
    func reset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    private func head(of answer: SandboxAnswer) -> HTTPServerResponsePart {
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
        return .head(
            HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        )
    }
}
