/// One call of the API after everything that is the same for all calls: key, account, idempotency, parameters.
struct Call {
    /// The account on whose behalf it is made: that of `Stripe-Account`, or the platform.
    let account: String
    /// What stands in the path for the placeholders of the operation.
    let path: [String: String]
    let parameters: JSONObject

    subscript(name: String) -> JSON? { parameters[name] }

    func text(_ name: String) -> String? { parameters[name]?.string }
    func whole(_ name: String) -> Int64? { parameters[name]?.int }
    func flag(_ name: String) -> Bool? { parameters[name]?.bool }
    /// What the path names, "" where the operation has no such placeholder.
    func id(_ placeholder: String) -> String { path[placeholder] ?? "" }
}

/// An operation of Stripe's API that the sandbox serves.
struct Operation: Sendable {
    typealias Work = @Sendable (inout World, Call) throws -> JSON

    /// `METHOD /path/{placeholder}`, as in the table of parameters.
    let name: String
    let work: Work
    private let method: Substring
    private let segments: [Substring]

    init(_ name: String, _ work: @escaping Work) {
        self.name = name
        self.work = work
        let halves = name.split(separator: " ")
        method = halves[0]
        segments = halves[1].split(separator: "/")
    }

    /// What the placeholders stand for where this operation is meant, or nil.
    func match(_ method: String, _ path: String) -> [String: String]? {
        let given = path.split(separator: "/")
        guard self.method == method, given.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, value) in zip(segments, given) {
            if segment.first == "{" {
                values[String(segment.dropFirst().dropLast())] = Form.unescape(value)
            } else if segment != value {
                return nil
            }
        }
        return values
    }

    /// Every operation of the API, in the order of the files that hold them.
    static let all: [Operation] =
        World.accountOperations + World.customerOperations + World.paymentMethodOperations
        + World.paymentIntentOperations + World.chargeOperations + World.refundOperations + World.disputeOperations
        + World.checkoutOperations + World.balanceOperations + World.applicationFeeOperations + World.payoutOperations
        + World.eventOperations + World.webhookEndpointOperations

    static func find(
        in operations: [Operation], _ method: String, _ path: String
    ) -> (operation: Operation, path: [String: String])? {
        for operation in operations {
            if let values = operation.match(method, path) { return (operation, values) }
        }
        return nil
    }
}
