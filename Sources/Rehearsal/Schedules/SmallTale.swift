/// What happens to the money of one merchant's few customers: short, so that it can be told ten thousand times. A tale
/// has a number, and is the same whenever it is told.
struct SmallTale: Sendable {
    enum Deed: Sendable, Hashable {
        /// A customer with such a card uses so much, and is charged for it.
        /// - Parameter isHeard: whether Stripe's answer arrives.
        case charge(Card, micros: Int64, isHeard: Bool)
        /// A customer pays for credit on Stripe's page, and never comes back from it.
        case topUp(Card, amount: Int64)
        /// The customer confirms the last charge on the bank's page.
        case authenticate
        /// Of the last payment, in Stripe's dashboard.
        case refund(percent: Int64)
        case dispute(isWon: Bool)
    }

    let number: UInt64
    /// Whether the merchant is a connected account, or the platform itself.
    let isConnected: Bool
    let deeds: [Deed]

    init(number: UInt64) {
        var chance = Chance(seed: number &* 0x9E6D)
        self.number = number
        isConnected = number % 2 == 1
        var deeds: [Deed] = []
        for _ in 0..<chance.number(1...2) {
            deeds.append(Self.payment(&chance))
            if case .charge(.wantsAuthentication, _, _) = deeds.last { deeds.append(.authenticate) }
            switch chance.number(0...5) {
            case 0...1: deeds.append(.refund(percent: 100))
            case 2: deeds += [.refund(percent: 30), .refund(percent: 45)]
            case 3...4: deeds.append(.dispute(isWon: chance.happens(perMille: 500)))
            default: break
            }
        }
        self.deeds = deeds
    }

    private static func payment(_ chance: inout Chance) -> Deed {
        let isHeard = chance.happens(perMille: 400)
        switch chance.number(0...4) {
        case 0...1: return .charge(.good, micros: chance.number(200...4_000) * 10_000, isHeard: isHeard)
        // The customer follows the link that the answer has.
        case 2: return .charge(.wantsAuthentication, micros: chance.number(200...4_000) * 10_000, isHeard: true)
        case 3: return .topUp(.good, amount: chance.number(500...9_000))
        default: return .topUp(.debit, amount: chance.number(500...9_000))
        }
    }
}
