import Foundation
import Synchronization

/// A TCP server on a free port of 127.0.0.1 that does to each connection what a test wants, one thread a connection.
final class LoopbackServer: Sendable {
    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var connections = 0
        var requests: [String] = []
    }

    /// How many connections were accepted, and what each request's head and body said.
    var connections: Int { state.withLock { $0.connections } }
    var requests: [String] { state.withLock { $0.requests } }

    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameter serve: gets each connection with its number, from 1; the connection is closed when it returns.
    init(_ serve: @escaping @Sendable (Connection, Int) -> Void) throws {
        let (socket, port) = try Self.boundSocket()
        listen(socket, 128)
        listener = socket
        self.port = port
        Thread.detachNewThread { [weak self] in
            while true {
                let accepted = accept(socket, nil, nil)
                guard accepted >= 0 else { return }
                let number = self?.state.withLock { state in
                    state.connections += 1
                    return state.connections
                }
                guard let number else { return }
                let connection = Connection(accepted) { [weak self] request in
                    self?.state.withLock { $0.requests.append(request) }
                }
                Thread.detachNewThread {
                    serve(connection, number)
                    connection.close()
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// A port that nobody listens on: bound, then given back.
    static func refusingURL() throws -> String {
        let (socket, port) = try boundSocket()
        close(socket)
        return "http://127.0.0.1:\(port)"
    }

    private static func boundSocket() throws -> (socket: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

/// One accepted connection, used by its own thread alone.
final class Connection: Sendable {
    private let descriptor: Int32
    private let record: @Sendable (String) -> Void

    init(_ descriptor: Int32, record: @escaping @Sendable (String) -> Void) {
        self.descriptor = descriptor
        self.record = record
    }

    /// Reads one request with its body; nil when the client has gone.
    @discardableResult
    func readRequest() -> String? {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasSuffix("\r\n\r\n") else { continue }
            let body = readBody(count: Self.contentLength(text))
            record(text + body)
            return text + body
        }
    }

    private func readBody(count: Int) -> String {
        var body = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let read = body[received...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard read > 0 else { break }
            received += read
        }
        return String(decoding: body[..<received], as: UTF8.self)
    }

    private static func contentLength(_ head: String) -> Int {
        head.lowercased().split(separator: "\r\n").lazy.compactMap { line in
            line.hasPrefix("content-length: ") ? Int(line.dropFirst("content-length: ".count)) : nil
        }.first ?? 0
    }

    /// Blocks until the client goes away.
    func waitForClient() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func answer(_ body: String, status: String = "200 OK", headers: String = "") {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Makes the end of the connection a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    func close() {
        _ = Foundation.close(descriptor)
    }
}
