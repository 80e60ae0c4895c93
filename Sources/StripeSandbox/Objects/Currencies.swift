/// What Stripe knows of a currency.
///
/// Source: docs.stripe.com/currencies. Rates are the sandbox's own, and stand still until a control call moves them, so
/// that every run has the same books.
struct Currency: Sendable {
    let code: String
    /// Minor units of the API in one major unit: 1, 100 or 1000.
    let minorUnits: Int64
    /// The smallest charge, in minor units; where Stripe lists none, what 50 US cents are.
    let minimum: Int64
    /// How many millionths of a major unit one US dollar buys.
    private(set) var microsPerDollar: Int64

    static let largestAmount: Int64 = 99_999_999

    /// Amounts must be a multiple of this: three-decimal currencies end in 0; ISK and UGX are sent with two decimals,
    /// always 00.
    var step: Int64 {
        if minorUnits == 1_000 { return 10 }
        return ["isk", "ugx"].contains(code) ? 100 : 1
    }

    private static let zeroDecimal: Set<String> = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
    ]
    private static let threeDecimal: Set<String> = ["bhd", "jod", "kwd", "omr", "tnd"]
    private static let minimums: [String: Int64] = [
        "usd": 50, "aed": 200, "ars": 50, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "cop": 50,
        "czk": 1_500,
        "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17_500, "idr": 50, "ils": 50, "inr": 50, "jpy": 50,
        "krw": 50,
        "mxn": 1_000, "myr": 200, "nok": 300, "nzd": 50, "php": 50, "pln": 200, "ron": 200, "rub": 50, "sek": 300,
        "sgd": 50, "thb": 1_000, "zar": 50,
    ]

    /// Thousandths of a major unit for one US dollar.
    private static let ratesPerMille: [String: Int64] = [
        "usd": 1_000, "aed": 3_673, "all": 92_000, "ars": 950_000, "aud": 1_520, "bgn": 1_800, "bhd": 376,
        "bif": 2_880_000,
        "brl": 5_400, "cad": 1_370, "chf": 880, "clp": 940_000, "cny": 7_200, "cop": 4_100_000, "crc": 520_000,
        "czk": 23_200,
        "djf": 178_000, "dkk": 6_870, "dop": 59_000, "egp": 48_000, "eur": 920, "gbp": 785, "ghs": 15_000,
        "gnf": 8_600_000,
        "gtq": 7_750, "hkd": 7_800, "huf": 360_000, "idr": 16_200_000, "ils": 3_700, "inr": 83_500, "isk": 138_000,
        "jmd": 156_000, "jod": 709, "jpy": 150_000, "kes": 129_000, "kmf": 453_000, "krw": 1_370_000, "kwd": 307,
        "kzt": 450_000, "lkr": 300_000, "mad": 9_900, "mga": 4_500_000, "mxn": 18_000, "myr": 4_700, "ngn": 1_500_000,
        "nok": 10_700, "nzd": 1_640, "omr": 385, "pen": 3_750, "php": 58_000, "pkr": 278_000, "pln": 3_950,
        "pyg": 7_500_000, "qar": 3_640, "ron": 4_580, "rsd": 107_700, "rub": 89_000, "rwf": 1_300_000, "sar": 3_750,
        "sek": 10_500, "sgd": 1_350, "thb": 36_500, "tnd": 3_120, "try": 32_500, "twd": 32_300, "tzs": 2_600_000,
        "uah": 40_500, "ugx": 3_750_000, "uyu": 39_000, "uzs": 12_600_000, "vnd": 25_400_000, "vuv": 119_000,
        "xaf": 603_000, "xof": 603_000, "xpf": 110_000, "zar": 18_500,
    ]

    /// Nil for a code that Stripe does not know; the sandbox knows the more common ones.
    init?(_ code: String) {
        let code = code.lowercased()
        guard let rate = Self.ratesPerMille[code] else { return nil }
        self.code = code
        minorUnits = Self.zeroDecimal.contains(code) ? 1 : Self.threeDecimal.contains(code) ? 1_000 : 100
        microsPerDollar = rate * 1_000
        minimum = Self.minimums[code] ?? max(1, rate * minorUnits / 2_000)
    }

    /// An amount of this currency, in minor units, in another one, with the rate as Stripe shows it: minor units of the
    /// other for one of this, to six places. Halves are rounded away from zero, so that what comes back is what went.
    func convert(_ amount: Int64, to other: Currency) -> (amount: Int64, rate: String?) {
        guard other.code != code else { return (amount, nil) }
        let numerator = Int128(other.microsPerDollar) * Int128(other.minorUnits) * 1_000_000
        let denominator = Int128(microsPerDollar) * Int128(minorUnits)
        let millionths = max(1, (numerator + denominator / 2) / denominator)
        let magnitude = (Int128(amount.magnitude) * millionths + 500_000) / 1_000_000
        let fraction = String(millionths % 1_000_000 + 1_000_000).dropFirst()
        return (Int64(magnitude) * amount.signum(), "\(millionths / 1_000_000).\(fraction)")
    }

    static let usualRate: Int64 = 1_000

    /// - Parameter rate: thousandths of the usual one.
    fileprivate func moved(to rate: Int64) -> Currency {
        var moved = self
        moved.microsPerDollar = max(1, microsPerDollar * rate / Self.usualRate)
        return moved
    }

    /// What Stripe keeps of a payment in this currency: 2.9 % and 30 US cents or their like; 3.6 % in yen.
    func processingFee(on amount: Int64) -> Int64 {
        if code == "jpy" { return (amount * 36 + 500) / 1_000 }
        let fixed: [String: Int64] = ["usd": 30, "eur": 25, "gbp": 20, "cad": 30, "aud": 30, "chf": 30, "sgd": 50]
        let thirtyCents = (30 * microsPerDollar * minorUnits / 100 + 500_000) / 1_000_000
        return (amount * 29 + 500) / 1_000 + (fixed[code] ?? thirtyCents)
    }
}

extension World {
    /// The currency at the rate of this moment.
    func traded(_ code: String) -> Currency? {
        Currency(code)?.moved(to: rates[code.lowercased()] ?? Currency.usualRate)
    }

    /// From now on a dollar buys so many thousandths of what it usually buys of a currency.
    mutating func moveRate(_ call: Call) throws -> JSON {
        let (code, rate) = (call.text("currency")?.lowercased() ?? "", call.whole("per_mille") ?? Currency.usualRate)
        guard Currency(code) != nil else { throw StripeError.badParameter("Invalid currency: \(code)", "currency") }
        guard (1...100_000).contains(rate) else {
            throw StripeError.badParameter("A rate is 1 to 100000 thousandths of the usual one.", "per_mille")
        }
        rates[code] = rate
        return ["currency": .string(code), "per_mille": .int(rate)]
    }

    /// Refuses what Stripe cannot charge.
    /// - Parameter settlement: the default currency of the account, in which the minimum is measured.
    func checkAmount(_ amount: Int64, in code: String, settlement: String, parameter: String = "amount") throws {
        guard let currency = Currency(code) else {
            throw StripeError.badParameter("Invalid currency: \(code).", "currency")
        }
        guard amount >= 1 else {
            throw StripeError.badParameter(
                "This value must be greater than or equal to 1.", code: "parameter_invalid_integer", parameter)
        }
        guard amount <= Currency.largestAmount else {
            throw StripeError.badParameter(
                "Amount must be no more than \(Currency.largestAmount) in \(code).", code: "amount_too_large", parameter
            )
        }
        guard amount % currency.step == 0 else {
            throw StripeError.badParameter(
                "Invalid amount. Amounts in \(code) must be a multiple of \(currency.step).",
                code: "invalid_charge_amount", parameter)
        }
        let settled = Currency(settlement) ?? currency
        guard currency.convert(amount, to: settled).amount >= settled.minimum else {
            throw StripeError.badParameter(
                "Amount must convert to at least \(settled.minimum) minor units of \(settled.code).",
                code: "amount_too_small", parameter)
        }
    }
}
