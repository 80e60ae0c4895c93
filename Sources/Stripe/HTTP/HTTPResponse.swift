/// A complete HTTP answer of any status.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A body can hold what only one person may see, so only the status is described.
extension HTTPResponse: CustomStringConvertible, CustomReflectable {
    public var description: String { "HTTP \(status)" }
    public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
