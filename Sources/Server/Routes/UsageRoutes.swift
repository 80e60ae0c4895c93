package import Billing
import HTTPTypes
package import Storage
package import Worker

/// Metered usage: reported by the merchant, one event or up to a thousand, and listed again.
struct UsageRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/usage", .account, body: .events, isUse: true, record),
            Route(.get, "/v1/usage", .customer, query: Route.paging.union(UsageTotalsInput.names), look),
            Route(.get, "/v1/usage/export", .account, query: ["from", "to", "by", "customer", "format"], export),
            Route(.post, "/v1/usage/{id}/corrections", .account, correct),
        ]
    }

    private var export: Work {
        .streams { [worker] call in
            var selection = UsageSelection(
                from: try Fields.instant(call.query["from"], "from"), to: try Fields.instant(call.query["to"], "to"),
                customer: call.query["customer"])
            selection.by = try Fields.choice(call.query["by"], "by") ?? UsageExportStore.Clock.happened
            return Exports(worker: worker).usage(
                selection, of: try call.tenant, as: try ExportFormat.named(call.query["format"]))
        }
    }

    /// Each event is answered by itself; one that is malformed takes nothing from the others.
    private var record: Work {
        .writes { [worker] call in
            let items = UsageIntake(worker).check(try UsageBody.items(call))
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let results = try UsageIntake(worker).record(items, by: call.keyID, account: account, in: tx)
                return .json(later: { UsageResult.json(results) })
            }
        }
    }

    private var correct: Work {
        .writes { [worker] call in
            let id = try call.id("id", UsageEvent.self, orElse: .unknown("usage event"))
            let new = try call.decoded(CorrectionInput.self).correction
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.metering.correct(id, new, account: account, by: call.actor, in: tx).json, status: 201)
            }
        }
    }

    /// Events of a customer, or totals where `from` and `to` say of when.
    private var look: Work {
        .reads { [worker] call in
            try UsageTotalsInput.isMeant(call.query)
                ? UsageTotalsInput(call.query).answer(call, worker) : try events(call)
        }
    }

    private func events(_ call: Call) throws -> Work.InTransaction {
        for name in UsageTotalsInput.names.subtracting(["customer"]).sorted() where call.query[name] != nil {
            throw Problem.invalid(
                "missing_field", "say from and to for totals by \(name); events are listed by customer", field: "from")
        }
        let page = try Paging(call.query)
        let after = try page.after(UsageEvent.self)
        return { [worker] tx in
            let account = try worker.account(of: call, in: tx)
            let customer = try worker.customer(call.query["customer"], of: call, account: account, in: tx)
            return page.answer(
                try worker.metering.list(customer: customer, after: after, limit: page.fetch, in: tx)
            ) { call.shows($0.json) }
        }
    }
}

/// Records what came in through any of the doors, each event answered by itself.
package struct UsageIntake {
    private let worker: BillingWorker

    package init(_ worker: BillingWorker) { self.worker = worker }

    /// An item, with what can be told of it without the database.
    package struct Checked: Sendable {
        fileprivate let item: UsageItem
        fileprivate let report: CheckedReport?

        /// What is reported; `nil` for what cannot be read.
        package var said: UsageReport? { try? item.reading.get().report }
    }

    /// To be called outside of the transaction that records them.
    package func check(_ items: [UsageItem]) -> [Checked] {
        let reports = items.map { try? $0.reading.get().report }
        var checked = worker.metering.check(reports.compactMap(\.self))[...]
        return zip(items, reports).map { item, report in
            Checked(item: item, report: report == nil ? nil : checked.popFirst())
        }
    }

    /// - Parameters:
    ///   - isImport: whether they are read in from a file.
    ///   - caller: the key that they came with.
    /// - Returns: what became of each, in their order.
    package func record(
        _ items: [Checked], isImport: Bool = false, by caller: ApiKey.ID? = nil, account: ConnectedAccount,
        in tx: Transaction
    ) throws -> [UsageResult] {
        let faults = items.map { $0.item.fault(for: account) }
        let readable = zip(items, faults).compactMap { item, fault in fault == nil ? item.report : nil }
        var verdicts =
            (readable.isEmpty
            ? []
            : try worker.metering.record(readable, isImport: isImport, by: caller, account: account, in: tx))[...]
        return zip(items, faults).map { checked, fault in
            let item = checked.item
            guard fault == nil, let verdict = verdicts.popFirst() else {
                return UsageResult(item.eventID, .refused(fault ?? .internalFault), item.naming)
            }
            return UsageResult(item.eventID, UsageResult.Outcome(verdict), item.naming)
        }
    }
}

/// What became of one reported event.
package struct UsageResult: Sendable {
    package enum Status: String, Sendable { case accepted, duplicate, rejected }
    package struct Fault: Sendable {
        package let code: String
        package let detail: String
        /// As the caller has named it.
        package let field: String?
    }

    fileprivate enum Outcome: Sendable {
        case recorded(Status, UsageEvent)
        case refused(Problem)

        init(_ verdict: UsageVerdict) {
            switch verdict {
            case .accepted(let event): self = .recorded(.accepted, event)
            case .duplicate(let event): self = .recorded(.duplicate, event)
            case .rejected(let error): self = .refused(Problem(error))
            }
        }
    }

    private let eventID: String?
    private let outcome: Outcome
    private let naming: FieldNaming

    fileprivate init(_ eventID: String?, _ outcome: Outcome, _ naming: FieldNaming) {
        self.eventID = eventID
        self.outcome = outcome
        self.naming = naming
    }

    package var status: Status {
        switch outcome {
        case .recorded(let status, _): status
        case .refused: .rejected
        }
    }

    /// What is recorded, now or before.
    package var event: UsageEvent? {
        guard case .recorded(_, let event) = outcome else { return nil }
        return event
    }

    /// Why it was rejected.
    package var fault: Fault? {
        guard case .refused(let problem) = outcome else { return nil }
        return Fault(code: problem.code, detail: problem.detail, field: problem.field.map(naming.name))
    }

    /// The same, for an event that is there already.
    package var repeated: UsageResult {
        guard let event else { return self }
        return UsageResult(eventID, .recorded(.duplicate, event), naming)
    }

    /// The same, for an event that cannot be recorded.
    package func refused(_ error: WorkerError) -> UsageResult { UsageResult(eventID, .refused(Problem(error)), naming) }

    private var json: JSON {
        switch outcome {
        case .recorded(let status, let event):
            return [
                "id": JSON(eventID), "status": .string(status.rawValue), "usage_event": .string(event.id.text),
                "customer": .string(event.customer.text), "cost_micros": .integer(event.costMicros),
                "price_micros": .integer(event.priceMicros),
            ]
        case .refused(let problem):
            let id = eventID.flatMap { CardNumber.isInName($0) ? nil : $0 }
            return [
                "id": JSON(id), "status": "rejected", "code": .string(problem.code), "detail": .string(problem.detail),
                "field": JSON(problem.field.map(naming.name)),
            ]
        }
    }

    static func json(_ results: [UsageResult]) -> JSON {
        let counts = Dictionary(grouping: results, by: \.status).mapValues { Int64($0.count) }
        return [
            "data": .array(results.map(\.json)), "accepted": .integer(counts[.accepted] ?? 0),
            "duplicate": .integer(counts[.duplicate] ?? 0), "rejected": .integer(counts[.rejected] ?? 0),
        ]
    }
}

extension UsageEvent {
    var json: JSON {
        [
            "id": .string(eventID), "usage_event": .string(id.text), "source": .string(source),
            "kind": .string(kind.rawValue), "corrects": JSON(corrects?.text),
            "customer": .string(customer.text), "time": .time(time), "counted_at": .time(countedAt),
            "late": .bool(isLate), "ceiling": .bool(isCeiling), "provider": JSON(labels.provider),
            "model": JSON(labels.model),
            "feature": JSON(labels.feature), "action": JSON(labels.action), "product": JSON(labels.product),
            "organization": JSON(labels.organization), "key": JSON(labels.key), "quantities": quantities.answer,
            "latency_ms": JSON(latencyMs), "metadata": JSON(metadata), "cost_micros": .integer(costMicros),
            "price_micros": .integer(priceMicros), "markup_percent": .decimal(markup.decimal),
            "entry": JSON(entry), "received_at": .time(receivedAt),
        ]
    }
}

extension Quantities {
    var answer: JSON { .object(sorted.map { ($0.unit.name, .millionths(Int128($0.quantity.millionths))) }) }
}
