import Billing

/// The stretch of a list that a caller asks for: `limit` and `starting_after`.
struct Paging: Sendable {
    static let defaultLimit = 20
    static let largestLimit = 100

    let limit: Int
    let startingAfter: String?

    init(_ query: [String: String]) throws {
        if let text = query["limit"] {
            guard text.utf8.count <= 4, let limit = Int(text), (1...Self.largestLimit).contains(limit) else {
                throw Fields.wrong("limit", "a number from 1 to \(Self.largestLimit)")
            }
            self.limit = limit
        } else {
            limit = Self.defaultLimit
        }
        startingAfter = query["starting_after"]
        guard (startingAfter ?? "").utf8.count <= 300 else {
            throw Fields.wrong("starting_after", "the id of an entry of the list")
        }
    }

    /// The id after which the page begins.
    func after<Entity>(_: Entity.Type) throws -> Identifier<Entity>? {
        guard let startingAfter else { return nil }
        guard let id = Identifier<Entity>(startingAfter) else {
            throw Fields.wrong("starting_after", "the id of an entry of the list")
        }
        return id
    }

    /// The sequence number of the journal's entry after which the page begins.
    func afterEntry() throws -> Int64 {
        guard let after = Int64(startingAfter ?? "0"), after >= 0 else {
            throw Fields.wrong("starting_after", "the sequence number of an entry")
        }
        return after
    }

    /// One more than the caller sees, so that `has_more` is known.
    var fetch: Int { limit + 1 }

    func answer<Entry>(_ entries: [Entry], _ json: (Entry) throws -> JSON) rethrows -> Answer {
        let shown = entries.prefix(limit)
        return .json(["data": .array(try shown.map(json)), "has_more": .bool(entries.count > limit)])
    }
}
