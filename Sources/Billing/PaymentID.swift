/// What a payment was made for, by our id.
public enum PaymentID: Hashable, Sendable, CustomStringConvertible {
    case charge(Charge.ID)
    case topUp(TopUp.ID)

    public var charge: Charge.ID? { if case .charge(let id) = self { id } else { nil } }
    public var topUp: TopUp.ID? { if case .topUp(let id) = self { id } else { nil } }

    public var description: String {
        switch self {
        case .charge(let id): id.text
        case .topUp(let id): id.text
        }
    }
}
