/// What is read of an event before it is stored: enough to file it, and nothing that its handler will read again.
public struct EventEnvelope: Sendable, Hashable {
    /// `evt_…`.
    public let id: String
    /// Such as `payment_intent.succeeded`.
    public let type: String
    /// The connected account that it is about; nil for the platform's own.
    public let account: String?
    public let livemode: Bool
    /// Seconds since 1970. Not an order: Stripe says so.
    public let created: Int64
    /// The version in which the payload is written.
    public let apiVersion: String?
    /// `data.object.id`; some objects, such as a balance, have none.
    public let objectID: String?
    /// `data.object.object`, such as `payment_intent`.
    public let objectType: String?

    /// Reads the envelope from the bytes of an event, however hostile.
    public init(json: [UInt8]) throws(EventError) {
        if let envelope = EnvelopeScanner.envelope(of: json) {
            self = envelope
            return
        }
        try self.init(decoding: json)
    }

    /// The complete reader, which decides what the quick one leaves open.
    init(decoding json: [UInt8]) throws(EventError) {
        guard json.withUnsafeBytes({ JSONNesting.isShallow($0) }) else { throw .tooDeep }
        do {
            self = try JSON.decode(json)
        } catch {
            throw .undecodable
        }
    }

    init(
        id: String, type: String, account: String?, livemode: Bool, created: Int64, apiVersion: String?,
        objectID: String?, objectType: String?
    ) {
        self.id = id
        self.type = type
        self.account = account
        self.livemode = livemode
        self.created = created
        self.apiVersion = apiVersion
        self.objectID = objectID
        self.objectType = objectType
    }
}

extension EventEnvelope: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id, type, account, livemode, created, data
        case apiVersion = "api_version"
    }

    private struct EventData: Decodable {
        let object: Named

        struct Named: Decodable {
            let id: String?
            let object: String?
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        type = try container.decode(String.self, forKey: .type)
        account = try container.decodeIfPresent(String.self, forKey: .account)
        livemode = try container.decode(Bool.self, forKey: .livemode)
        created = try container.decode(Int64.self, forKey: .created)
        apiVersion = try container.decodeIfPresent(String.self, forKey: .apiVersion)
        // An event that says what it is can be filed and looked at even when its object cannot be read.
        let data = try? container.decode(EventData.self, forKey: .data)
        objectID = data?.object.id
        objectType = data?.object.object
    }
}
