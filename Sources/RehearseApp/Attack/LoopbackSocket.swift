import Foundation
import Glibc
import Rehearsal

/// A TCP connection to a server on this machine, in the hands of a client that may do anything.
final class LoopbackSocket {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    /// - Parameter receiveBuffer: in bytes; small for a client that does not read.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw AttackTrouble("this process has no socket left") }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(descriptor)
            throw AttackTrouble("port \(port) takes no connection")
        }
        wait(seconds: 10)
    }

    deinit { close(descriptor) }

    /// How long a call may take.
    private func wait(seconds: Int) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// - Returns: how many bytes the server has taken: fewer when it closes or stops reading.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Sends what goes out at once.
    /// - Returns: `false` when the connection is gone.
    func sendNow(_ bytes: [UInt8]) -> Bool {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        return count >= 0 || errno == EAGAIN || errno == EINPROGRESS
    }

    /// What has come, and whether the connection is still open.
    func glance(upTo limit: Int = 4_096) -> (bytes: [UInt8], isOpen: Bool) {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, Int32(MSG_DONTWAIT))
        if count > 0 { return (Array(buffer.prefix(count)), true) }
        return ([], count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    }

    /// The next answer on the connection.
    /// - Returns: `nil` when none comes, or not all of one.
    func answer(within seconds: Int = 20) -> RawAnswer? {
        wait(seconds: seconds)
        while true {
            if let answer = RawAnswer(pending) {
                pending = Array(pending.dropFirst(answer.length))
                return answer
            }
            guard let more = receive(), !more.isEmpty else { return nil }
            pending += more
        }
    }

    /// Reads on until the server closes.
    /// - Returns: `false` when it does not.
    func isClosed(within seconds: Int) -> Bool {
        wait(seconds: seconds)
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(seconds) {
            guard let more = receive() else { return errno == ECONNRESET || errno == EPIPE }
            if more.isEmpty { return true }
        }
        return false
    }

    private func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? Array(buffer.prefix(count)) : nil
    }
}

/// Holds a port for a moment, so that it is known to be free.
struct LoopbackListener {
    let port: Int

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw AttackTrouble("the system has no free port") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Lets this process hold as many connections as the system allows it.
func raiseOwnFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
