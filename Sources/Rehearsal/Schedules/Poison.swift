import Ledger
import Storage
import Worker

/// An event that Stripe has signed and nobody can read: it must harm no other, and must not be hidden.
struct Poison: Sendable {
    /// After which deed of a tale it comes, counted round.
    let place: Int
    private let id: String
    private let type: String
    private let kind: Kind

    private enum Kind: CaseIterable {
        case cutShort, noEvent, idIsNumber, emptyObject, noObject, hugeNumber, otherShapes, noText
    }

    init(seed: UInt64) {
        var chance = Chance(seed: seed)
        place = chance.place(of: 64)
        id = "evt_poison_\(seed)"
        type = chance.pick(["payment_intent.succeeded", "charge.refunded", "checkout.session.completed"])
        kind = chance.pick(Kind.allCases)
    }

    /// Why it is put aside: nothing of it can be read, or not the object that it tells of.
    private var reason: String {
        switch kind {
        case .cutShort, .noEvent, .idIsNumber, .noText: "undecodable_event"
        case .emptyObject, .noObject, .hugeNumber, .otherShapes: "undecodable_object"
        }
    }

    private func body(_ account: String?) -> [UInt8] {
        switch kind {
        case .cutShort: Array(event("{}", account).utf8.dropLast(2))
        case .noEvent: Array("[1, 2]".utf8)
        case .idIsNumber: Array(event("{}", account).replacing("\"\(id)\"", with: "7").utf8)
        case .emptyObject: Array(event("{}", account).utf8)
        case .noObject: Array(event("null", account).utf8)
        case .hugeNumber: Array(event(#"{"id": "x", "amount": 1e400, "object": []}"#, account).utf8)
        case .otherShapes: Array(event(#"{"id": 7, "object": "tea", "status": {}}"#, account).utf8)
        case .noText: Array(event("{}", account).utf8) + [0xFF]
        }
    }

    private func event(_ object: String, _ account: String?) -> String {
        let member = account.map { #", "account": "\#($0)""# } ?? ""
        return """
            {"id": "\(id)", "object": "event", "type": "\(type)", "created": 1795600000, "livemode": false\(member),
             "data": {"object": \(object)}}
            """
    }

    func arrive(at world: SmallWorld) async throws {
        try await world.receive(body(world.connected), at: world.connected == nil ? .platform : .connect)
    }

    /// The operator finds it, and nothing else, among what is put aside.
    func mustBeVisible(in world: SmallWorld) async throws {
        let parked = try await world.house.database.read { [worker = world.house.worker] tx in
            try worker.inbox.list(InboxFilter(state: .parked), after: nil, limit: 10, in: tx)
        }
        guard parked.count == 1, parked[0].body == body(world.connected), parked[0].reason == reason else {
            throw Breach("the poison is visible", "\(kind): parked are \(parked.map { "\($0.id) \($0.reason ?? "")" })")
        }
    }
}
