/// A thing whose money the books tell of, by its id.
public enum BookedThing: Hashable, Sendable {
    case charge(Charge.ID)
    case topUp(TopUp.ID)
    case refund(Refund.ID)
    case dispute(Dispute.ID)
    case lot(WalletLot.ID)

    /// - Returns: `nil` unless the text has the shape of the id of such a thing.
    public init?(_ text: String) {
        if let id = Charge.ID(text) {
            self = .charge(id)
        } else if let id = TopUp.ID(text) {
            self = .topUp(id)
        } else if let id = Refund.ID(text) {
            self = .refund(id)
        } else if let id = Dispute.ID(text) {
            self = .dispute(id)
        } else if let id = WalletLot.ID(text) {
            self = .lot(id)
        } else {
            return nil
        }
    }

    public var id: String {
        switch self {
        case .charge(let id): id.text
        case .topUp(let id): id.text
        case .refund(let id): id.text
        case .dispute(let id): id.text
        case .lot(let id): id.text
        }
    }

    /// The word for it, as the API says it.
    public var kind: String {
        switch self {
        case .charge: "charge"
        case .topUp: "top_up"
        case .refund: "refund"
        case .dispute: "dispute"
        case .lot: "lot"
        }
    }
}
