struct Dispute: Shelved {
    enum Status: String, Sendable {
        case warningNeedsResponse = "warning_needs_response"
        case warningClosed = "warning_closed"
        case needsResponse = "needs_response"
        case underReview = "under_review"
        case won
        case lost
    }

    let id: String
    let created: Int64
    let charge: String
    let intent: String
    let amount: Int64
    let currency: String
    let reason: String
    var status: Status
    /// Money out, then perhaps in again.
    var transactions: [BalanceTransaction] = []
    var evidence: JSONObject = [:]
    var submissions: Int64 = 0
    var metadata: JSONObject = [:]

    var isInquiry: Bool { status == .warningNeedsResponse || status == .warningClosed }
    var isClosed: Bool { [.warningClosed, .won, .lost].contains(status) }
    var hasWithdrawn: Bool { transactions.count % 2 == 1 }
}

extension World {
    static let disputeOperations: [Operation] = [
        Operation("GET /v1/disputes") { world, call in
            let (charge, intent) = (call.text("charge"), call.text("payment_intent"))
            return try world.list(
                world[call.account].disputes, of: "dispute", at: "/v1/disputes", for: call,
                where: { (charge == nil || $0.charge == charge) && (intent == nil || $0.intent == intent) },
                as: world.shape)
        },
        Operation("GET /v1/disputes/{dispute}") { world, call in world.shape(try world.dispute(call)) },
        Operation("POST /v1/disputes/{dispute}") { world, call in try world.updateDispute(call) },
        Operation("POST /v1/disputes/{dispute}/close") { world, call in
            let dispute = try world.dispute(call)
            guard !dispute.isClosed else { throw StripeError.invalid("This dispute is already closed.") }
            world.closeDispute(dispute.id, of: call.account, as: dispute.isInquiry ? .warningClosed : .lost)
            return world.shape(try world.dispute(call))
        },
    ]

    /// What a dispute costs, in US cents.
    private static let disputeFee: Int64 = 1_500

    private func dispute(_ call: Call) throws -> Dispute {
        let id = call.id("dispute")
        guard let dispute = self[call.account].disputes[id] else { throw StripeError.noSuch("dispute", id) }
        return dispute
    }

    /// Takes evidence. `winning_evidence` and `losing_evidence` decide at once, as on Stripe's test page.
    private mutating func updateDispute(_ call: Call) throws -> JSON {
        var dispute = try dispute(call)
        dispute.metadata = Self.merge(call["metadata"], into: dispute.metadata)
        dispute.evidence = dispute.evidence.merging(call["evidence"]?.object ?? [:])
        let isSubmitted = call.flag("submit") ?? (call["evidence"] != nil)
        if isSubmitted, !dispute.isClosed {
            dispute.submissions += 1
            if dispute.status == .needsResponse { dispute.status = .underReview }
        }
        self[call.account].disputes[dispute.id] = dispute
        emit("charge.dispute.updated", of: call.account, shape(dispute))
        if isSubmitted, !dispute.isClosed {
            switch dispute.evidence["uncategorized_text"]?.string {
            case "winning_evidence": closeDispute(dispute.id, of: call.account, as: .won)
            case "losing_evidence": closeDispute(dispute.id, of: call.account, as: .lost)
            default: break
            }
        }
        return shape(try self.dispute(call))
    }

    /// The cardholder complains. An inquiry moves no money; a dispute takes it at once.
    mutating func openDispute(of id: String, account: String, amount: Int64?, reason: String, isInquiry: Bool) {
        guard let charge = self[account].charges[id], charge.isPaid else { return }
        // A bank can dispute what was given back already.
        let left = charge.amountCaptured - charge.amountRefunded
        let dispute = Dispute(
            id: makeID("du_1"), created: seconds, charge: id, intent: charge.intent,
            amount: amount ?? (left > 0 ? left : charge.amountCaptured), currency: charge.currency, reason: reason,
            status: isInquiry ? .warningNeedsResponse : .needsResponse)
        self[account].disputes.add(dispute)
        self[account].charges[id]?.isDisputed = !isInquiry
        emit("charge.dispute.created", of: account, shape(dispute))
        if !isInquiry { withdrawFunds(of: dispute.id, account: account) }
    }

    mutating func withdrawFunds(of id: String, account: String) {
        guard let dispute = self[account].disputes[id], !dispute.hasWithdrawn else { return }
        let fee = settled(Self.disputeFee, "usd", for: account)
        let transaction = record(
            "adjustment", category: "dispute", amount: -dispute.amount, currency: dispute.currency,
            fees: [.init(amount: fee, type: "stripe_fee", description: "Dispute fee")], source: id,
            description: "Chargeback withdrawal for \(dispute.charge)", of: account)
        self[account].disputes[id]?.transactions.append(transaction)
        emitDispute("charge.dispute.funds_withdrawn", id, of: account)
    }

    mutating func reinstateFunds(of id: String, account: String) {
        guard let dispute = self[account].disputes[id], dispute.hasWithdrawn else { return }
        let transaction = record(
            "adjustment", category: "dispute_reversal", amount: dispute.amount, currency: dispute.currency, source: id,
            description: "Chargeback reversal for \(dispute.charge)", of: account)
        self[account].disputes[id]?.transactions.append(transaction)
        emitDispute("charge.dispute.funds_reinstated", id, of: account)
    }

    mutating func closeDispute(_ id: String, of account: String, as status: Dispute.Status) {
        guard self[account].disputes[id] != nil else { return }
        self[account].disputes[id]?.status = status
        if status == .won { reinstateFunds(of: id, account: account) }
        emitDispute("charge.dispute.closed", id, of: account)
    }

    private mutating func emitDispute(_ type: String, _ id: String, of account: String) {
        guard let dispute = self[account].disputes[id] else { return }
        emit(type, of: account, shape(dispute))
    }

    /// Source: docs.stripe.com/api/disputes/object.
    func shape(_ dispute: Dispute) -> JSON {
        [
            "id": .string(dispute.id),
            "object": "dispute",
            "amount": .int(dispute.amount),
            "balance_transactions": .array(dispute.transactions.map(shape)),
            "charge": .string(dispute.charge),
            "created": .int(dispute.created),
            "currency": .string(dispute.currency),
            "enhanced_eligibility_types": [],
            "evidence": .object(Self.emptyEvidence.merging(dispute.evidence)),
            "evidence_details": [
                "due_by": .int(dispute.created + 7 * 86_400),
                "enhanced_eligibility": [:],
                "has_evidence": .bool(!dispute.evidence.isEmpty),
                "past_due": false,
                "submission_count": .int(dispute.submissions),
            ],
            "is_charge_refundable": .bool(dispute.isInquiry),
            "livemode": .bool(settings.isLive),
            "metadata": .object(dispute.metadata),
            "payment_intent": .string(dispute.intent),
            "payment_method_details": [
                "card": [
                    "brand": "visa", "case_type": dispute.isInquiry ? "inquiry" : "chargeback", "network": "visa",
                    "network_reason_code": "10.4",
                ],
                "type": "card",
            ],
            "reason": .string(dispute.reason),
            "status": .string(dispute.status.rawValue),
        ]
    }

    private static let emptyEvidence: JSONObject = {
        let names = [
            "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
            "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
            "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
            "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
            "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
            "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
            "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
        ]
        var evidence: JSONObject = [:]
        for name in names { evidence[name] = .null }
        evidence["enhanced_evidence"] = [:]
        return evidence
    }()
}
