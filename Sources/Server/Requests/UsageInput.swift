import Billing
import Foundation
package import Worker

/// An event that is malformed in itself, as far as it can be named.
struct UsageRefusal: Error, Sendable {
    let eventID: String?
    let problem: Problem
}

/// The body of `POST /v1/usage`: one event, or an array of them.
struct UsageInput: Decodable, Sendable {
    let items: [Result<UsageReport, UsageRefusal>]

    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            var items: [Result<UsageReport, UsageRefusal>] = []
            // One more than a batch may have is enough to refuse it.
            while !list.isAtEnd, items.count <= Metering.batchLimit { items.append(try list.decode(Item.self).result) }
            self.items = items
        } else {
            items = [try Item(from: decoder).result]
        }
    }

    private struct Item: Decodable {
        let result: Result<UsageReport, UsageRefusal>

        init(from decoder: any Decoder) throws {
            var eventID: String?
            do {
                let fields = try Fields(decoder, UsageReport.fields)
                eventID = try? fields.text("id")
                result = .success(try UsageReport(fields))
            } catch let problem as Problem {
                result = .failure(UsageRefusal(eventID: eventID, problem: problem))
            }
        }
    }
}

extension UsageReport {
    /// Every name that an event may have. The known units may stand beside the others, or under `quantities`.
    static let fields: Set<String> = Set([
        "id", "source", "customer", "time", "cost_micros", "quantities", "provider", "model", "feature", "action",
        "product", "organization", "key", "latency_ms", "metadata", "enforce",
    ]).union(UsageUnit.known.map(\.name))

    init(_ fields: Fields) throws {
        let key = try fields.text("key")
        self.init(
            eventID: try Fields.required(fields.text("id"), "id"),
            source: try fields.text("source") ?? Self.defaultSource,
            customer: try key == nil
                ? Fields.required(fields.text("customer"), "customer") : fields.text("customer") ?? "",
            time: try fields.instant("time"), costMicros: try fields.integer("cost_micros"),
            quantities: try fields.allQuantities(), model: try fields.text("model"),
            metadata: try fields.metadata("metadata") ?? [:])
        self.key = key
        provider = try fields.text("provider")
        feature = try fields.text("feature")
        action = try fields.text("action")
        product = try fields.text("product")
        organization = try fields.text("organization")
        latencyMs = try fields.integer("latency_ms")
        isEnforced = try fields.flag("enforce") ?? false
    }
}

/// The body of `POST /v1/usage/{id}/corrections`.
struct CorrectionInput: Decodable, Sendable {
    let correction: NewCorrection

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["reason", "id"])
        correction = NewCorrection(
            reason: try Fields.required(fields.text("reason"), "reason"), id: try fields.text("id"))
    }
}

/// An event written on one line, as in a file of them.
package enum UsageLineText {
    package static func read(_ text: String) -> Result<UsageReport, WorkerError> {
        guard let input = try? JSONDecoder().decode(UsageInput.self, from: Data(text.utf8)), input.items.count == 1,
            let item = input.items.first
        else {
            return .failure(
                WorkerError(
                    .invalid, "undecodable_event",
                    #"the line is not of the form {"id": "…", "customer": "…", "cost_micros": 1250}"#))
        }
        return item.mapError { refusal in
            let problem = refusal.problem
            return WorkerError(.invalid, problem.code, problem.detail, field: problem.field)
        }
    }
}
