/// Many clients that each hold a connection, in one of five ways.
struct Siege {
    enum Way: String, CaseIterable {
        case silent = "who says nothing"
        case headerDrip = "who drips a header"
        case bodyDrip = "who drips a body"
        case almostAll = "who sends the largest body but for its last byte"
        case reader = "who asks for much and hardly reads"
    }

    /// After how many seconds the server has had enough of one, by `ServerLimits`.
    static let patience: [(way: Way, seconds: Int)] = [(.headerDrip, 10), (.bodyDrip, 30), (.almostAll, 30)]

    private let port: Int
    private let path: String
    private var slots: [(way: Way, socket: LoopbackSocket)] = []
    private var sent = 0
    /// How often the server has had enough.
    private(set) var closed: [Way: Int] = [:]

    init(port: Int, path: String) {
        self.port = port
        self.path = path
    }

    mutating func raise(_ count: Int) throws {
        for place in 0..<count {
            let way = Way.allCases[place % Way.allCases.count]
            slots.append((way, try open(way)))
        }
    }

    mutating func lift() { slots = [] }

    /// Each drips once; whoever was thrown out comes again.
    mutating func tick() throws {
        for place in slots.indices {
            let (way, socket) = slots[place]
            let isThere = way == .reader || way == .silent || way == .almostAll || socket.sendNow(drop(way))
            // A slow reader takes a few bytes; the others look whether they are still wanted.
            let isOpen = socket.glance(upTo: way == .reader ? 16 : 4_096).isOpen
            if isThere, isOpen { continue }
            closed[way, default: 0] += 1
            slots[place].socket = try open(way)
        }
    }

    private mutating func drop(_ way: Way) -> [UInt8] {
        sent += 1
        return way == .headerDrip && sent % 40 == 0 ? Array("\r\nX-\(sent): ".utf8) : [UInt8(ascii: "a")]
    }

    private func open(_ way: Way) throws -> LoopbackSocket {
        let socket = try LoopbackSocket(port: port, receiveBuffer: way == .reader ? 2_048 : nil)
        let head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 262144\r\n\r\n"
        switch way {
        case .silent: break
        case .headerDrip: _ = socket.sendNow(Array("GET /healthz HTTP/1.1\r\nX-Slow: ".utf8))
        case .bodyDrip: _ = socket.sendNow(Array(head.utf8))
        case .almostAll:
            _ = socket.sendNow(Array(head.utf8))
            socket.send([UInt8](repeating: 0x20, count: 262_143))
        case .reader:
            let request = "GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            _ = socket.sendNow(Array(String(repeating: request, count: 8).utf8))
        }
        return socket
    }
}
