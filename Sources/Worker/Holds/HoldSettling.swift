public import Billing
import Ledger
public import Storage

/// A capture, as it was posted.
public struct CapturedHold: Sendable {
    public let hold: Hold
    public let event: UsageEvent
}

extension Authorizations {
    /// Posts what the request really took, in full, and gives back what it held. The same again changes nothing.
    /// - Throws: `authorization_expired`, `authorization_released`, `capture_above_bound`, `product_differs`;
    ///   `event_differs` for another capture of the same hold; what `Metering` refuses. Nothing is changed then, and
    ///   the hold stays as it is.
    public func capture(
        _ id: Hold.ID, _ new: NewCapture, account: ConnectedAccount, in tx: Transaction
    ) throws -> CapturedHold {
        let now = context.now
        let hold = try get(id, account: account, in: tx)
        guard let customer = try tx.customers.find(hold.customer) else { throw WorkerError.notFound("customer") }
        let estimate = try UsageEstimate(json: hold.estimate)
        let report = new.report(of: hold, estimate: estimate, customer: customer.externalID)
        switch hold.status(at: now) {
        case .captured: return CapturedHold(hold: hold, event: try record(report, account, in: tx))
        case .released: throw WorkerError.authorizationReleased
        case .expired: throw WorkerError.authorizationExpired
        case .held: break
        }
        // Another model is what a provider may fall back to; another product is another price list.
        if let product = estimate.product, report.product != product { throw WorkerError.productDiffers(product) }
        _ = try tx.heldTotals.lock(customer.id, at: now)
        try HeldTotals(tx: tx).giveBack([hold], of: customer.id, account: account.id)
        let event = try record(report, account, in: tx)
        let bound = CaptureBound(abovePercent: account.terms.inForce.captureAbovePercent)
        let most = bound.largestCapture(ofHold: hold.heldMicros)
        guard event.priceMicros <= most else { throw WorkerError.captureAboveBound(event.priceMicros, hold, most) }
        var captured = hold
        captured.status = .captured
        captured.usageEvent = event.id
        captured.capturedMicros = event.priceMicros
        captured.settledAt = now
        guard try tx.holds.settle(captured) else { throw StorageError(.locked, detail: "authorizations.status") }
        return CapturedHold(hold: captured, event: event)
    }

    /// Gives up a hold that nothing will be captured of. One that is released or has expired stays as it is.
    /// - Throws: `authorization_captured`.
    public func release(_ id: Hold.ID, account: ConnectedAccount, in tx: Transaction) throws -> Hold {
        let now = context.now
        let hold = try get(id, account: account, in: tx)
        switch hold.status(at: now) {
        case .captured: throw WorkerError.authorizationCaptured
        case .released, .expired: return hold
        case .held: break
        }
        _ = try tx.heldTotals.lock(hold.customer, at: now)
        var released = hold
        released.status = .released
        released.settledAt = now
        guard try tx.holds.settle(released) else { throw StorageError(.locked, detail: "authorizations.status") }
        try HeldTotals(tx: tx).giveBack([hold], of: hold.customer, account: account.id)
        return released
    }

    /// Lets the holds of one customer expire that are past their time.
    /// - Returns: `false` when there are none.
    public func step() async throws -> Bool {
        let now = context.now
        let isAny = try await context.database.read { tx in try tx.holds.nextDue(at: now) != nil }
        guard isAny else { return false }
        return try await context.database.write { tx in
            guard let customer = try tx.holds.nextDue(at: now) else { return false }
            _ = try tx.heldTotals.lock(customer, at: now)
            _ = try HeldTotals(tx: tx).expire(of: customer, at: now)
            return true
        }
    }

    private func record(_ report: UsageReport, _ account: ConnectedAccount, in tx: Transaction) throws -> UsageEvent {
        switch try Metering(context: context).record([report], account: account, in: tx).first {
        case .accepted(let event), .duplicate(let event): return event
        case .rejected(let error): throw error
        case nil: throw WorkerError.notFound("usage event")
        }
    }
}

extension WorkerError {
    static let authorizationExpired = WorkerError.conflict(
        "authorization_expired",
        "the authorization has expired, and holds nothing any more; report what was used with POST /v1/usage")
    static let authorizationReleased = WorkerError.conflict(
        "authorization_released",
        "the authorization was released, and holds nothing any more; report what was used with POST /v1/usage")
    static let authorizationCaptured = WorkerError.conflict(
        "authorization_captured", "the authorization was captured; correct the usage event instead")

    static func productDiffers(_ held: String) -> WorkerError {
        .invalid(
            "product",
            "the authorization is for the product \(held); capture it as that, or release it and report what was used "
                + "with POST /v1/usage", code: "product_differs")
    }

    static func captureAboveBound(_ micros: Int64, _ hold: Hold, _ most: Int64) -> WorkerError {
        .conflict(
            "capture_above_bound",
            "the capture comes to \(micros) micros, and a hold of \(hold.heldMicros) can be captured up to \(most); "
                + "release it and report what was used with POST /v1/usage")
    }
}
