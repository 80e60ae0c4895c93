#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Settings {
    /// Where any free port was asked for, takes one now, so that links can be made with it.
    mutating func choosePort() throws(Failure) {
        guard listen.port == 0 else { return }
        guard let port = freePort(),
            let address = ListenAddress("\(listen.host.contains(":") ? "[\(listen.host)]" : listen.host):\(port)")
        else {
            throw Failure(
                status: .unavailable, code: "no_free_port", detail: "the system has no free port to listen on")
        }
        move(to: address)
    }
}

/// A port of the loopback address that nobody listens on at this moment.
private func freePort() -> UInt16? {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            guard bind(socket, generic, length) == 0, getsockname(socket, generic, &length) == 0 else { return nil }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }
}
