/// The API requests that came in, so that a test can count and read them. No header with a secret is kept.
struct RequestLog: Sendable {
    struct Entry: Sendable {
        let id: String
        /// Seconds since 1970.
        let time: Int64
        let operation: String
        let path: String
        let account: String?
        let idempotencyKey: String?
        let parameters: [(name: String, value: String)]
        /// The status answered, or nil where the wire failed.
        let status: Int?
        let fault: String?
        let isReplay: Bool
    }

    static let capacity = 20_000

    private(set) var entries: [Entry] = []

    mutating func add(_ entry: Entry) {
        if entries.count >= Self.capacity { entries.removeFirst(Self.capacity / 2) }
        entries.append(entry)
    }

    mutating func clear() { entries = [] }
}

extension World {
    func shape(_ entry: RequestLog.Entry) -> JSON {
        var parameters: JSONObject = [:]
        for (name, value) in entry.parameters { parameters[name] = .string(value) }
        return [
            "id": .string(entry.id),
            "time": .int(entry.time),
            "operation": .string(entry.operation),
            "path": .string(entry.path),
            "account": .text(entry.account),
            "idempotency_key": .text(entry.idempotencyKey),
            "parameters": .object(parameters),
            "status": .whole(entry.status.map(Int64.init)),
            "fault": .text(entry.fault),
            "replayed": .bool(entry.isReplay),
        ]
    }
}
