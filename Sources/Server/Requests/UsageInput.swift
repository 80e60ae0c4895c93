import Foundation
import Worker

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
                let fields = try Fields(
                    decoder, ["id", "source", "customer", "time", "cost_micros", "model", "metadata"])
                eventID = try? fields.text("id")
                let report = UsageReport(
                    eventID: try Fields.required(fields.text("id"), "id"),
                    source: try fields.text("source") ?? UsageReport.defaultSource,
                    customer: try Fields.required(fields.text("customer"), "customer"),
                    time: try fields.instant("time"),
                    costMicros: try Fields.required(fields.integer("cost_micros"), "cost_micros"),
                    model: try fields.text("model"), metadata: try fields.metadata("metadata") ?? [:])
                result = .success(report)
            } catch let problem as Problem {
                result = .failure(UsageRefusal(eventID: eventID, problem: problem))
            }
        }
    }
}
