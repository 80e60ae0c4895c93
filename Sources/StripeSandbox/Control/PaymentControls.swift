extension World {
    static let paymentControls: [Operation] = [
        Operation("POST /_sandbox/checkout_sessions/{session}/pay") { world, call in try world.paySession(call) },
        Operation("POST /_sandbox/checkout_sessions/{session}/expire") { world, call in
            let (id, owner) = (call.id("session"), try world.ownerOfSession(call))
            world.expire(id, of: owner)
            return world[owner].sessions[id].map { world.shape($0, of: owner) } ?? .null
        },
        Operation("POST /_sandbox/payment_intents/{intent}/authenticate") { world, call in
            let (id, owner) = (call.id("intent"), try world.ownerOfIntent(call))
            // A decline after the authentication shows in the intent.
            try? world.finishAuthentication(of: id, account: owner, passed: call.text("outcome") != "fail")
            if let session = world[owner].intents[id]?.session { _ = world.resume(session, of: owner) }
            return world[owner].intents[id].map { world.shape($0, of: owner) } ?? .null
        },
        Operation("POST /_sandbox/payment_intents/{intent}/settle") { world, call in
            let (id, owner) = (call.id("intent"), try world.ownerOfIntent(call))
            let failure = call.text("outcome") == "failed" ? call.text("failure_code") ?? "insufficient_funds" : nil
            world.settle(id, of: owner, failure: failure)
            return world[owner].intents[id].map { world.shape($0, of: owner) } ?? .null
        },
        Operation("POST /_sandbox/refunds/{refund}/settle") { world, call in
            let id = call.id("refund")
            guard let owner = world.owner(where: { $0.refunds[id] != nil }) else {
                throw StripeError.noSuch("refund", id)
            }
            let failure: String? =
                switch call.text("outcome") {
                case "failed": call.text("failure_reason") ?? "lost_or_stolen_card"
                case "canceled": "canceled"
                default: nil
                }
            if call.text("outcome") == "requires_action" {
                world.requireAction(of: id, account: owner)
            } else {
                world.finish(id, of: owner, failure: failure)
            }
            return world[owner].refunds[id].map(world.shape) ?? .null
        },
        Operation("POST /_sandbox/charges/{charge}/dispute") { world, call in
            let id = call.id("charge")
            guard let owner = world.owner(where: { $0.charges[id] != nil }) else {
                throw StripeError.noSuch("charge", id)
            }
            world.openDispute(
                of: id, account: owner, amount: call.whole("amount"), reason: call.text("reason") ?? "fraudulent",
                isInquiry: call.flag("inquiry") ?? false)
            guard let dispute = world[owner].disputes.newestFirst().first(where: { $0.charge == id }) else {
                throw StripeError.invalid("Only a paid charge can be disputed.")
            }
            return world.shape(dispute)
        },
        Operation("POST /_sandbox/disputes/{dispute}") { world, call in try world.moveDispute(call) },
    ]

    private func ownerOfSession(_ call: Call) throws -> String {
        let id = call.id("session")
        guard let owner = owner(where: { $0.sessions[id] != nil }) else {
            throw StripeError.noSuch("checkout.session", id)
        }
        return owner
    }

    private func ownerOfIntent(_ call: Call) throws -> String {
        let id = call.id("intent")
        guard let owner = owner(where: { $0.intents[id] != nil }) else {
            throw StripeError.noSuch("payment_intent", id)
        }
        return owner
    }

    /// Pays a session as its page would, with no page.
    private mutating func paySession(_ call: Call) throws -> JSON {
        let (id, owner) = (call.id("session"), try ownerOfSession(call))
        let result = pay(id, of: owner, email: call.text("email"), name: call.text("name")) { world in
            if let number = call.text("card_number") {
                let card: JSON = ["number": .string(number), "exp_month": 12, "exp_year": 2_034]
                return try world.createPaymentMethod(from: ["type": "card", "card": card], account: owner)
            }
            return try world.paymentMethod(call.text("payment_method") ?? "pm_card_visa", of: owner)
        }
        let session = self[owner].sessions[id].map { shape($0, of: owner) } ?? .null
        switch result {
        case .complete(let destination): return ["result": "complete", "url": .string(destination), "session": session]
        case .authenticate(let url): return ["result": "authenticate", "url": .string(url), "session": session]
        case .refused(let message): return ["result": "refused", "message": .string(message), "session": session]
        }
    }

    private mutating func moveDispute(_ call: Call) throws -> JSON {
        let id = call.id("dispute")
        guard let owner = owner(where: { $0.disputes[id] != nil }) else { throw StripeError.noSuch("dispute", id) }
        switch call.text("action") {
        case "withdraw_funds": withdrawFunds(of: id, account: owner)
        case "reinstate_funds": reinstateFunds(of: id, account: owner)
        case "win": closeDispute(id, of: owner, as: .won)
        case "lose": closeDispute(id, of: owner, as: .lost)
        default: closeDispute(id, of: owner, as: .warningClosed)
        }
        return self[owner].disputes[id].map(shape) ?? .null
    }
}
