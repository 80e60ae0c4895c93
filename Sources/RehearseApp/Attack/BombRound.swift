import Rehearsal

/// Bodies that are larger than they may be, that never end, or that are large only in a parser; at every route that
/// reads one.
struct BombRound {
    let castle: Castle
    let routes: [RouteLine]
    let merchant: Settler
    /// Takes only every so many-th pair of a route and a bomb of more than 100 kB, and endless bodies at every so
    /// many-th route.
    let every: Int

    private static let secondsForOne = 5
    /// The largest body, and what two kernels keep of a connection.
    private static let bytesTaken = 12 << 20

    func play(into report: inout AttackReport) throws {
        let posts = routes.filter { $0.method == "POST" }
        var broken: [String] = []
        let bombs = try playBombs(at: posts.filter(\.takesJSON), &broken)
        report.add("JSON bombs at \(posts.count { $0.takesJSON }) routes", bombs)
        report.expectNone("  taken, 5xx, unanswered or slower than \(Self.secondsForOne) s", broken)
        var endless: [String] = []
        var (played, most) = (posts.count, 0)
        var lingering: [(name: String, socket: LoopbackSocket)] = []
        for route in posts {
            let socket = try LoopbackSocket(port: castle.port)
            if let fault = announcesTooMuch(route, socket) { endless.append("\(route.name) \(fault)") }
            lingering.append((route.name, socket))
            // Forms and webhooks have limits of their own.
            guard route.takesJSON == false || lingering.count % every == 1 % every else { continue }
            played += 1
            let (fault, taken) = try sendsForEver(route)
            most = max(most, taken)
            if let fault { endless.append("\(route.name) \(fault)") }
        }
        for (name, socket) in lingering where !socket.isClosed(within: 6) {
            endless.append("\(name) is kept after 413")
        }
        report.add("bodies of 10 GB, announced or endless", played)
        report.add("  KiB taken of an endless one before 413, at most", most / 1_024)
        if most > Self.bytesTaken { endless.append("\(most) bytes of an endless body were taken") }
        report.expectNone("  not refused by 413, or read on", endless)
    }

    private func playBombs(at posts: [RouteLine], _ broken: inout [String]) throws -> Int {
        let caller = castle.caller()
        var (played, large) = (0, 0)
        for route in posts {
            guard let path = merchant.holdings.path(of: route) else { continue }
            let key = route.opener == .platform ? Castle.platformKey : merchant.key
            for bomb in JSONBombs.all {
                if bomb.body.count > 100_000 {
                    large += 1
                    if large % every != 0 { continue }
                }
                played += 1
                let started = ContinuousClock.now
                let answer = try caller.call("POST", path, bytes: bomb.body, key: key)
                let name = "\(route.name) with \(bomb.name)"
                if started.duration(to: .now) > .seconds(Self.secondsForOne) { broken.append("\(name) was slow") }
                guard let answer else {
                    broken.append("\(name) was not answered")
                    continue
                }
                let isRefused = (400..<500).contains(answer.status) || answer.text.contains(#""accepted":0"#)
                if !isRefused { broken.append("\(name) was answered \(answer.status)") }
            }
        }
        return played
    }

    /// The header alone says enough; the body is not waited for.
    private func announcesTooMuch(_ route: RouteLine, _ socket: LoopbackSocket) -> String? {
        socket.send(header(of: route, "Content-Length: 10000000000"))
        guard let answer = socket.answer(within: 5) else { return "did not answer a header that announces 10 GB" }
        castle.record.add(route.name, answer)
        return answer.status == 413 ? nil : "answered \(answer.status) to a header that announces 10 GB"
    }

    /// - Returns: what is wrong, and how many bytes were taken before the answer.
    private func sendsForEver(_ route: RouteLine) throws -> (String?, Int) {
        let socket = try LoopbackSocket(port: castle.port)
        socket.send(header(of: route, "Transfer-Encoding: chunked"))
        let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 0x20, count: 0x4000) + Array("\r\n".utf8)
        var taken = 0
        var answered: [UInt8] = []
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(10) {
            let sent = socket.send(chunk)
            taken += sent
            let (bytes, isOpen) = socket.glance()
            answered += bytes
            if !answered.isEmpty || !isOpen || sent < chunk.count { break }
        }
        if answered.isEmpty, let late = socket.answer(within: 5) {
            return late.status == 413 ? (nil, taken) : ("answered \(late.status) to an endless body", taken)
        }
        let status = String(decoding: answered.dropFirst(9).prefix(3), as: UTF8.self)
        return status == "413" ? (nil, taken) : ("answered '\(status)' to an endless body", taken)
    }

    private func header(of route: RouteLine, _ length: String) -> [UInt8] {
        let path = merchant.holdings.path(of: route) ?? route.path
        let key = route.opener == .platform ? Castle.platformKey : merchant.key
        let lines = [
            "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(key)",
            "Content-Type: application/json", length,
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
