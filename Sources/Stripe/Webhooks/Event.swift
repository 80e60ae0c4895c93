/// An event with its bytes, from a webhook or from the events list alike. https://docs.stripe.com/api/events/object
public struct Event: Sendable, Identifiable {
    public let envelope: EventEnvelope
    /// The whole event, as Stripe wrote it.
    public let json: [UInt8]

    public var id: String { envelope.id }

    public init(json: [UInt8]) throws(EventError) {
        envelope = try EventEnvelope(json: json)
        self.json = json
    }

    /// `data.object`, read as what the event's type says it is.
    public func object<T: Decodable>(as type: T.Type) throws(EventError) -> T {
        do {
            let payload: Payload<T> = try JSON.decode(json)
            return payload.data.object
        } catch {
            throw .objectUndecodable
        }
    }

    private struct Payload<T: Decodable>: Decodable {
        let data: Content

        struct Content: Decodable {
            let object: T
        }
    }
}

/// A payload holds people's data, and client secrets, so only the type is described.
extension Event: CustomStringConvertible, CustomReflectable {
    public var description: String { "event \(envelope.type)" }
    public var customMirror: Mirror { Mirror(self, children: ["type": envelope.type]) }
}

extension Event {
    /// Which events a list is to hold.
    public enum Selection: Sendable {
        case all
        /// One type, or a family such as `charge.*`.
        case type(String)
        /// At most 20.
        case types([String])
    }

    /// Events of the last 30 days, the newest first, each with its bytes. The list is not strictly consistent: begin
    /// each sweep some minutes before the end of the last one.
    /// - Parameter deliverySuccess: false lists those that some endpoint has not acknowledged.
    public static func list(
        _ selection: Selection = .all, created: CreatedRange? = nil, deliverySuccess: Bool? = nil,
        cursor: ListCursor = .start, limit: Int? = nil, in scope: AccountScope
    ) -> StripeRequest<StripeList<Event>> {
        var form = FormParameters()
        switch selection {
        case .all: break
        case .type(let type): form.set("type", type)
        case .types(let types): form.set("types", types)
        }
        form.set("created", created?.form)
        form.set("delivery_success", deliverySuccess)
        form.setPage(cursor: cursor, limit: limit)
        return StripeRequest(get: "/v1/events", [], form, in: scope, decode: page)
    }

    private static func page(_ json: [UInt8]) throws -> StripeList<Event> {
        // Decoding it first proves that it is JSON and a page, which is what the search for its elements relies on.
        let envelopes: StripeList<EventEnvelope> = try JSON.decode(json)
        let events = try JSONNesting.elementsOfPage(json).map { try Event(json: Array($0)) }
        guard events.map(\.envelope) == envelopes.data else { throw EventError.undecodable }
        return StripeList(data: events, hasMore: envelopes.hasMore)
    }
}

extension StripeList where Element == Event {
    /// Where the next, older page begins; nil when this is the last.
    public var next: ListCursor? {
        hasMore ? data.last.map { .after($0.id) } : nil
    }
}
