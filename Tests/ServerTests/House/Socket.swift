import Foundation

/// A TCP connection to the server under test, in the hands of a client that may do anything.
///
/// Its calls block, so each runs on a thread of its own and not on one that the server needs.
final class Socket: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Unanswered() }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    struct Unanswered: Error {}

    /// - Returns: `false` when the server takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        await blocking { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    @discardableResult
    func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

    /// One answer, its body as long as its header says.
    func reply() async throws -> Reply {
        let bytes = await blocking { [self] in
            var bytes: [UInt8] = []
            while Reply.missing(bytes) > 0 {
                guard let more = receive(), !more.isEmpty else { break }
                bytes += more
            }
            return bytes
        }
        guard let reply = Reply(bytes) else { throw Unanswered() }
        return reply
    }

    /// Reads on until the server closes the connection.
    /// - Returns: `false` when it is still open after twenty seconds.
    func isClosedByServer() async -> Bool {
        await blocking { [self] in
            while let more = receive() { if more.isEmpty { return true } }
            return errno == ECONNRESET
        }
    }

    private func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? Array(buffer.prefix(count)) : nil
    }

    private func blocking<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }
}
