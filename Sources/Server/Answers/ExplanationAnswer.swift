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

extension MoneyExplanation {
    var json: JSON {
        get throws {
            [
                "object": .string(thing.kind), "id": .string(thing.id), "accrual": try accrual?.json ?? .null,
                "entries": ["data": .array(entries.map(\.json)), "has_more": .bool(hasMoreEntries)],
            ]
        }
    }
}

extension Accrual {
    fileprivate var json: JSON {
        get throws {
            [
                "since_entry": since.map(JSON.integer) ?? .null, "before": .micros(before),
                "movements": .array(
                    movements.map { movement in
                        [
                            "cause": .string(movement.cause.rawValue), "entries": .integer(movement.entries),
                            "amount": .micros(movement.amount),
                        ]
                    }),
                "entry": .integer(entry), "charged": .micros(charged), "left": .micros(try left),
            ]
        }
    }
}
