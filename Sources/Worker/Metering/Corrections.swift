public import Billing
public import Storage

/// What a caller wants taken back, and why.
public struct NewCorrection: Hashable, Sendable {
    public var reason: String
    /// The correction's own name, unique for ever; the corrected event's id, when the caller does not say.
    public var id: String?

    public init(reason: String, id: String? = nil) {
        self.reason = reason
        self.id = id
    }
}

extension Metering {
    /// Takes an event back by an event of its own: exact amounts and quantities negated, in the books, the totals and
    /// the counters. Money goes back to what is still owed, then to the lots that the event was paid from. An event is
    /// corrected once; the same correction again changes nothing. The audit log says who, and why.
    /// - Throws: `not_found`, `invalid_field`, `already_corrected`, `not_correctable`, `event_differs`.
    public func correct(
        _ id: UsageEvent.ID, _ new: NewCorrection, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> UsageEvent {
        guard let original = try tx.usage.find(id), original.account == account.id else {
            throw WorkerError.notFound("usage event")
        }
        let name = new.id ?? original.id.text
        try FieldCheck.name("id", name, 1...200)
        try FieldCheck.text("reason", new.reason, 1...500)
        guard original.kind == .usage else {
            throw WorkerError.conflict("not_correctable", "this is a correction itself; report the usage again")
        }
        if let known = try tx.usage.correction(of: id) {
            guard known.eventID == name else {
                throw WorkerError.conflict("already_corrected", "correction \(known.id) has taken this event back")
            }
            guard known.metadata["reason"] == new.reason else { throw WorkerError.eventDiffers("reason") }
            return known
        }
        guard try tx.usage.find(account: account.id, source: UsageEvent.correctionSource, eventID: name) == nil else {
            throw WorkerError(
                .conflict, "event_differs", "a correction with this id is here already, of another event", field: "id")
        }
        let batch = try UsageBatch(context: context, account: account, tx: tx)
        try batch.correct(original, named: name, reason: new.reason)
        guard let correction = try batch.write().first else { throw WorkerError.notFound("usage event") }
        let changes = [
            AuditChange(field: "correction", from: nil, to: correction.id.text),
            AuditChange(field: "reason", from: nil, to: new.reason),
            AuditChange(field: "cost_micros", from: String(original.costMicros), to: nil),
            AuditChange(field: "price_micros", from: String(original.priceMicros), to: nil),
        ]
        try context.audit(.corrected, .usageEvent, id.text, of: account.id, changes, by: actor, in: tx)
        return correction
    }
}
