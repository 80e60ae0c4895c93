/// An exact amount: whole millionths of a currency's major unit, so that 5 US dollars are 5,000,000 micros
/// and 500 yen are 500,000,000.
///
/// Every operation is checked: what does not fit `Int64` is an error, never a trap and never wrapped.
public struct Money: Hashable, Sendable {
    public let micros: Int64
    public let currency: Currency

    public init(micros: Int64, _ currency: Currency) {
        self.micros = micros
        self.currency = currency
    }

    public static func zero(_ currency: Currency) -> Money { Money(micros: 0, currency) }

    public var isZero: Bool { micros == 0 }
    public var isPositive: Bool { micros > 0 }
    public var isNegative: Bool { micros < 0 }

    public func adding(_ other: Money) throws(LedgerError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        let (sum, overflow) = micros.addingReportingOverflow(other.micros)
        guard !overflow else { throw .overflow("adding") }
        return Money(micros: sum, currency)
    }

    public func subtracting(_ other: Money) throws(LedgerError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        let (difference, overflow) = micros.subtractingReportingOverflow(other.micros)
        guard !overflow else { throw .overflow("subtracting") }
        return Money(micros: difference, currency)
    }

    public func negated() throws(LedgerError) -> Money {
        guard micros != .min else { throw .overflow("negating") }
        return Money(micros: -micros, currency)
    }

    public static func lesser(_ left: Money, _ right: Money) throws(LedgerError) -> Money {
        guard left.currency == right.currency else { throw .currencyMismatch(left.currency, right.currency) }
        return left.micros <= right.micros ? left : right
    }
}
