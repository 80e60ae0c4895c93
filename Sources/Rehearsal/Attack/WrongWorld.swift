import Foundation

/// An event that is properly signed and comes from the wrong world.
public struct WrongWorld: Sendable, Hashable {
    public enum Fault: String, Sendable, Hashable, CaseIterable {
        case otherMode = "of the other mode"
        case unknownAccount = "of an unknown account"
        case platformsDoor = "of a merchant at the platform's endpoint"
        case connectDoor = "of no account at the Connect endpoint"
        case anothersThing = "of one merchant about another's thing"
        case anothersAccount = "of one merchant that says it is another's"

        /// Whether it can be told without asking Stripe.
        var isPlain: Bool { self != .anothersThing && self != .anothersAccount }
    }

    public let type: String
    public let fault: Fault
    public let id: String
    public let request: [UInt8]

    /// What the inbox may say of it: parked with the reason, or of no meaning for Bursar.
    public func isPutAside(_ fate: String?) -> Bool {
        guard let fate else { return false }
        let reason = fate.split(separator: " ").last ?? ""
        switch fault {
        case .otherMode: return fate == "parked livemode_mismatch"
        case .unknownAccount: return fate == "parked unknown_account"
        case .platformsDoor, .connectDoor: return fate == "parked wrong_door"
        case .anothersThing, .anothersAccount:
            // How a merchant stands, Stripe is asked, and by nobody else's name.
            if type.hasPrefix("account.") { return fate == "settled" }
            return fate.hasPrefix("parked") || ["not_ours", "nothing_to_do"].contains(reason)
        }
    }

    /// Whether it waits for a person.
    public func isParked(_ fate: String?) -> Bool { fate?.hasPrefix("parked") == true }
}

extension AttackForge {
    /// Since 1970, what `{now}` says.
    public var now: Int64 { seconds }

    /// One event of every type, as Stripe might send it.
    public func samples(connected: Bool) throws -> [[UInt8]] {
        try target.payloads.keys.sorted().enumerated().map { place, type in
            try event(type, id: "evt_sample_\(place)", connected: connected)
        }
    }

    /// Every event of the contract × everything that can be wrong with whose it is.
    /// - Parameters:
    ///   - live: whether the attacked one is live; then it has no Stripe to ask.
    ///   - stranger: another merchant's account at Stripe.
    ///   - owned: ids of ours in the metadata of what the event is about: `bursar_charge` and its value.
    public func wrongWorlds(live: Bool, stranger: String, owned: [String: String]) throws -> [WrongWorld] {
        try target.payloads.keys.sorted().flatMap { type in
            try WrongWorld.Fault.allCases.filter { !live || $0.isPlain }.map { fault in
                let words = "\(live ? "live" : "test")_\(type)_\(fault)"
                let id = "evt_" + words.map { $0.isLetter ? String($0) : "_" }.joined()
                var changes: [String: Scalar] = ["livemode": .flag(fault == .otherMode ? !live : live)]
                var isConnect = true
                switch fault {
                case .otherMode: break
                case .unknownAccount: changes["account"] = .text("acct_nobody_knows_it")
                case .platformsDoor: isConnect = false
                case .connectDoor: changes["account"] = .null
                case .anothersThing:
                    changes["account"] = .text(stranger)
                    for (name, value) in owned { changes["data.object.metadata.\(name)"] = .text(value) }
                case .anothersAccount:
                    changes["account"] = .text(stranger)
                    changes["data.object.account"] = .text(target.stripeAccount)
                    changes["data.object.on_behalf_of"] = .text(target.stripeAccount)
                    for (name, value) in owned { changes["data.object.metadata.\(name)"] = .text(value) }
                }
                let door = AttackFile.Door.self
                let body = try event(type, id: id, connected: true, setting: changes)
                return WrongWorld(
                    type: type, fault: fault, id: id,
                    request: signed(body, at: isConnect ? door.connect : door.platform))
            }
        }
    }

    /// As Stripe sends it, on a connection that is kept.
    func signed(_ body: [UInt8], at door: AttackFile.Door) -> [UInt8] {
        let signature = MessageCode.signature(over: body, secret: target.secret(of: door), seconds: seconds)
        let path = door == .platform ? "/stripe/webhooks" : "/stripe/webhooks/connect"
        let head = """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Type: application/json; charset=utf-8\r
            Stripe-Signature: \(signature)\r
            Content-Length: \(body.count)\r
            \r

            """
        return Array(head.utf8) + body
    }

    private typealias Scalar = AttackFile.Scalar
}
