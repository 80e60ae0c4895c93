import Billing
import Foundation
import Ledger
import Storage
import Worker

extension UsageExplanation {
    func json(_ currency: Currency) throws -> JSON {
        let tree = try lineJSON.map { try JSONDecoder().decode(JSONTree.self, from: Data($0.utf8)) }
        return [
            "usage_event": event.json, "steps": .array((line?.steps(in: currency) ?? []).map(JSON.string)),
            "line": tree.map { JSON($0) } ?? .null, "entry": entry?.json ?? .null,
            "events_of_entry": .integer(eventsOfEntry),
            "events": ["data": .array(events.map(\.inEntry)), "has_more": .bool(hasMoreEvents)],
            "lots": .array(
                lots.map { lot, micros in
                    [
                        "lot": .string(lot.lot.id.text), "kind": .string(lot.lot.kind.rawValue),
                        "micros": .integer(micros),
                    ]
                }),
            "correction": JSON(correction?.id.text),
        ]
    }
}

extension UsageEvent {
    /// What an entry is of, in short.
    fileprivate var inEntry: JSON {
        [
            "usage_event": .string(id.text), "id": .string(eventID), "source": .string(source),
            "kind": .string(kind.rawValue), "cost_micros": .integer(costMicros), "price_micros": .integer(priceMicros),
        ]
    }
}
