import Ledger
import Testing

@Suite struct MoneyTests {
    let usd = Currency("usd")!
    let jpy = Currency("jpy")!

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `arithmetic is exact, or an error where the result does not fit`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let (left, right) = (generator.micros(), generator.micros())
            let (a, b) = (Money(micros: left, usd), Money(micros: right, usd))
            #expect((try? a.adding(b))?.micros == Int64(exactly: Int128(left) + Int128(right)))
            #expect((try? a.subtracting(b))?.micros == Int64(exactly: Int128(left) - Int128(right)))
            #expect((try? a.negated())?.micros == Int64(exactly: -Int128(left)))
            #expect(try Money.lesser(a, b).micros == min(left, right))
        }
    }

    @Test func `the ends of 64 bits are usable and one more is an overflow`() throws {
        let one = Money(micros: 1, usd)
        #expect(try Money(micros: .max - 1, usd).adding(one).micros == .max)
        #expect(try Money(micros: -1, usd).subtracting(Money(micros: .min, usd)).micros == .max)
        #expect(code { _ = try Money(micros: .max, usd).adding(one) } == "overflow")
        #expect(code { _ = try Money(micros: .min, usd).subtracting(one) } == "overflow")
        #expect(code { _ = try Money(micros: .min, usd).negated() } == "overflow")
    }

    @Test func `two currencies are never combined`() {
        let (dollar, yen) = (Money(micros: 1_000_000, usd), Money(micros: 1_000_000, jpy))
        #expect(code { _ = try dollar.adding(yen) } == "currency_mismatch")
        #expect(code { _ = try dollar.subtracting(yen) } == "currency_mismatch")
        #expect(code { _ = try Money.lesser(dollar, yen) } == "currency_mismatch")
    }

    @Test func `the sign is told exactly`() {
        #expect(Money.zero(usd).isZero && !Money.zero(usd).isPositive && !Money.zero(usd).isNegative)
        #expect(Money(micros: 1, usd).isPositive && Money(micros: .min, usd).isNegative)
    }
}

/// The code of the `LedgerError` that `body` throws; `nil` when it throws none.
func code(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? LedgerError)?.code ?? "\(error)"
    }
}
