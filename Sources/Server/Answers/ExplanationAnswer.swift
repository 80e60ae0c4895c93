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
