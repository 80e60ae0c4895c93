extension World {
    static let accountControls: [Operation] = [
        Operation("POST /_sandbox/accounts") { world, call in
            if let currency = call.text("currency"), Currency(currency) == nil {
                throw StripeError.badParameter("Invalid currency: \(currency)", "currency")
            }
            let account = world.openAccount(
                country: call.text("country") ?? "US", currency: call.text("currency"), email: call.text("email"),
                name: call.text("name"))
            return world.shape(account)
        },
        Operation("POST /_sandbox/accounts/{account}/onboard") { world, call in
            let isHalf = call.text("outcome") == "half"
            return try world.change(call) { $0.standing = isHalf ? .halfDone : .enabled }
        },
        Operation("POST /_sandbox/accounts/{account}/restrict") { world, call in
            let reason = call.text("disabled_reason") ?? "requirements.past_due"
            guard AccountStanding.disabledReasons.contains(reason) else {
                throw StripeError.badParameter("Stripe knows no such disabled_reason: \(reason)", "disabled_reason")
            }
            let due = call["past_due"]?.array?.compactMap(\.string) ?? ["individual.verification.document"]
            return try world.change(call) { $0.standing = .restricted(reason, due: due) }
        },
        Operation("POST /_sandbox/accounts/{account}/deauthorize") { world, call in
            let id = try world.knownAccount(call)
            world.disconnect(id)
            return ["stripe_user_id": .string(id)]
        },
        Operation("POST /_sandbox/accounts/{account}/payout") { world, call in
            guard let payout = world.payOut(try world.knownAccount(call)) else {
                throw StripeError.invalid("Nothing is available; advance the clock by two days.")
            }
            return world.shape(payout)
        },
        Operation("POST /_sandbox/payouts/{payout}/fail") { world, call in
            let id = call.id("payout")
            guard let owner = world.owner(where: { $0.payouts[id] != nil }),
                let payout = world.failPayout(id, of: owner)
            else { throw StripeError.noSuch("payout", id) }
            return world.shape(payout)
        },
    ]

    private func knownAccount(_ call: Call) throws -> String {
        let id = call.id("account")
        guard accounts[id] != nil else { throw StripeError.noSuch("account", id) }
        return id
    }

    private mutating func change(_ call: Call, _ change: (inout Account) -> Void) throws -> JSON {
        let id = try knownAccount(call)
        changeAccount(id, change)
        return accounts[id].map(shape) ?? .null
    }
}
