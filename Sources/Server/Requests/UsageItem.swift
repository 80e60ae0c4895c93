import Billing
import Foundation
import Ledger
import NIOCore
package import Worker

/// An event as it came in through one of the doors, be it HTTP or a file: what it reports, or why it cannot be read.
/// All doors read it by the same code, so that they take and refuse the same.
package struct UsageItem: Sendable {
    /// What an event may have, by the names of the plain form.
    package static var fieldNames: Set<String> { UsageReport.fields }

    struct Report: Sendable {
        let report: UsageReport
        /// The caller need not name it; if it does, it must be the account's.
        let currency: Currency?
    }

    /// As far as it can be known of what is refused.
    let eventID: String?
    let reading: Result<Report, Problem>
    /// Where the caller has written the fields that a refusal names.
    let naming: FieldNaming

    /// - Parameters:
    ///   - written: one event, as in the body of `POST /v1/usage`.
    ///   - source: of an event that does not name one.
    package init(_ written: WrittenJSON, source: String = UsageReport.defaultSource) {
        self.init(written, source: source, naming: .plain)
    }

    /// What somebody has put together who knows the fields.
    package init(_ report: UsageReport) {
        eventID = report.eventID
        reading = .success(Report(report: report, currency: nil))
        naming = .plain
    }

    init(_ written: WrittenJSON, source: String, naming: FieldNaming) {
        self.naming = naming
        eventID = written["id"]?.text.flatMap { $0.utf8.count <= 500 ? $0 : nil }
        reading = Result { () throws -> Report in try Self.report(written, source: source) }.mapError(Problem.init)
    }

    /// - Parameter problem: names the field as the caller has written it.
    init(refused problem: Problem, eventID: String?) {
        self.eventID = eventID
        reading = .failure(problem)
        naming = .plain
    }

    /// What has been read of a file, and is no event.
    package init(code: String, detail: String, field: String?, eventID: String? = nil) {
        self.init(refused: .invalid(code, detail, field: field), eventID: eventID)
    }

    private static func report(_ written: WrittenJSON, source: String) throws -> Report {
        if let field = written.repeatedField { throw Problem.repeated(field) }
        let fields = try Fields(WrittenDecoder(written), UsageReport.fields)
        return Report(report: try UsageReport(fields, source: source), currency: try fields.currency("currency"))
    }

    /// Why that account cannot take it, as far as it can be told from how it is written.
    func fault(for account: ConnectedAccount) -> Problem? {
        switch reading {
        case .failure(let problem): return problem
        case .success(let read):
            guard read.currency == nil || read.currency == account.currency else {
                return Problem.invalid(
                    "currency_mismatch", "the account's currency is \(account.currency)", field: "currency")
            }
            return nil
        }
    }
}

/// Where a form of the event has the fields that the plain form has: `cost_micros`, `data.cost_micros`, `ce-subject`.
struct FieldNaming: Sendable, Hashable {
    /// Before the names of what a CloudEvent says of itself.
    var attribute = ""
    /// Before the names of what is in its data.
    var data = ""
    /// What names the customer.
    var customer = "customer"

    static let plain = FieldNaming()

    func name(_ field: String) -> String {
        switch field {
        case "customer": customer
        case "id", "source", "time": attribute + field
        default: data + field
        }
    }
}

/// The body of `POST /v1/usage` in each of its forms.
enum UsageBody {
    /// - Throws: what concerns the whole body; what is wrong with one event is in its item.
    static func items(_ call: Call) throws -> [UsageItem] {
        let written = try call.written()
        switch (call.media, written) {
        case (.json, .array(let events)): return try batch(events) { UsageItem($0) }
        case (.json, _): return [UsageItem(written)]
        case (.event, _): return [CloudEvent.item(written)]
        case (.eventBatch, .array(let events)): return try batch(events, CloudEvent.item)
        case (.eventBatch, _): throw Problem.invalid("not_a_list", "send a JSON array of CloudEvents")
        case (.eventData, _): return [CloudEvent.item(call.headers, data: call.body.readableBytes == 0 ? nil : written)]
        }
    }

    private static func batch(_ events: [WrittenJSON], _ item: (WrittenJSON) -> UsageItem) throws -> [UsageItem] {
        guard (1...Metering.batchLimit).contains(events.count) else {
            throw Problem.invalid("batch_size", "send 1 to \(Metering.batchLimit) events at a time")
        }
        return events.map(item)
    }
}
