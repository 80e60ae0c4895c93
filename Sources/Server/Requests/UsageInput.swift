import Billing
import Worker

extension UsageReport {
    /// Every name that an event may have. The known units may stand beside the others, or under `quantities`.
    static let fields: Set<String> = Set([
        "id", "source", "customer", "time", "cost_micros", "currency", "quantities", "provider", "model", "feature",
        "action", "product", "organization", "key", "latency_ms", "metadata", "enforce",
    ]).union(UsageUnit.known.map(\.name))

    /// - Parameter source: of an event that does not name one.
    init(_ fields: Fields, source: String) throws {
        let key = try fields.text("key")
        self.init(
            eventID: try Fields.required(fields.text("id"), "id"),
            source: try fields.text("source") ?? source,
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
