import Billing
import Ledger
import Storage
import Stripe

/// What a line of the Stripe balance is taken for, what is posted for it, and what is wrong with it.
///
/// Whatever the verdict, `stripe_balance` follows Stripe: it moves by the line's net amount, together with what the
/// payment itself has posted. What nothing explains goes to suspense, and a finding says so.
struct BalanceJudgement {
    private(set) var part = BalanceTransactionRecord.Part.outside
    private(set) var narration = ""
    private(set) var findings: [BalanceFinding] = []
    private(set) var sheet: PostingSheet

    private let line: BalanceLine
    private let amount: Money
    private let fee: Money
    private let applicationFee: Money
    private let currencies: CurrencyRules

    /// - Throws: `BillingError` or `LedgerError` when the line's amounts are no money.
    init(_ line: BalanceLine, book: String, currencies: CurrencyRules) throws {
        let transaction = line.transaction
        guard let currency = Currency(transaction.currency) else { throw LedgerError.overflow("a currency") }
        let ofPlatform = (transaction.feeDetails ?? []).filter { $0.type == "application_fee" }
            .reduce(Int128(0)) { $0 + Int128($1.amount) }
        self.line = line
        self.currencies = currencies
        sheet = PostingSheet(book: book)
        amount = try currencies.money(minor: transaction.amount, currency)
        fee = try currencies.money(minor: transaction.fee, currency)
        applicationFee = try currencies.money(minor: Int64(clamping: ofPlatform), currency)
    }

    // MARK: Verdicts

    /// It has nothing to do with Bursar.
    mutating func isOutside() throws {
        part = .outside
        narration = "Outside of Bursar: \(about)"
        try sheet.move(try amount.subtracting(fee), to: .stripeBalance, from: .outside)
    }

    mutating func isPayout() throws {
        part = .payout
        narration = "Payout \(line.transaction.source?.id ?? line.transaction.id)"
        try sheet.move(amount, to: .stripeBalance, from: .bank)
        try moveFees()
    }

    mutating func isStripeFee() throws {
        part = .stripeFee
        narration = "Stripe takes \(about)"
        try sheet.move(try amount.subtracting(fee), to: .stripeBalance, from: .processorFees)
    }

    mutating func isPlatformFee() throws {
        part = .platformFee
        narration = "The platform earns \(about)"
        try sheet.move(amount, to: .stripeBalance, from: .platformFees)
        try moveFees()
    }

    /// It moved in Bursar's name, and the books cannot take it.
    mutating func isUnexplained(_ kind: Discrepancy.Kind, _ detail: String) throws {
        part = .suspense
        narration = "Unexplained: \(about)"
        try suspend(amount, kind, detail)
        try moveFees()
    }

    /// It is the payment of `owner`, which the books have posted.
    mutating func isPayment(of owner: PaymentOwner) throws {
        part = .payment
        narration = "Fees of payment \(line.paymentIntent ?? about)"
        let posted = try currencies.money(minor: owner.amount, owner.currency)
        if amount.currency == posted.currency {
            try compare(try amount.subtracting(posted), owner.id)
            try compareApplicationFee(owner)
        } else if let paid = line.paid, paid.currency == posted.currency.code {
            try convert(posted, paid: try currencies.money(minor: paid.amount, posted.currency), owner)
        } else {
            let detail = "\(owner.id) is in \(posted.currency), and Stripe has the payment in \(amount.currency)"
            try suspend(try posted.negated(), .currencyDiffers, detail)
            try suspend(amount, .currencyDiffers, detail)
        }
        try moveFees()
    }

    /// Money of a payment that went back, or came again, as the books have posted it.
    /// - Parameter posted: what `stripe_balance` moved by, in the payment's currency.
    mutating func isMoneyBack(_ part: BalanceTransactionRecord.Part, _ object: String, posted: Money) throws {
        self.part = part
        narration = "Fees of \(about)"
        if amount.currency == posted.currency {
            try compare(try amount.subtracting(posted), object)
        } else {
            narration = "\(about) is settled in \(amount.currency)"
            try sheet.move(posted, to: .exchange, from: .stripeBalance)
            try sheet.move(amount, to: .stripeBalance, from: .exchange)
        }
        try moveFees()
    }

    // MARK: Parts of a verdict

    private var about: String {
        [line.transaction.type, line.transaction.source?.id].compactMap { $0 }.joined(separator: " ")
    }

    /// Stripe settled the payment in another currency than the customer paid in.
    private mutating func convert(_ posted: Money, paid: Money, _ owner: PaymentOwner) throws {
        narration = "Payment \(line.paymentIntent ?? about) is settled in \(amount.currency)"
        try sheet.move(paid, to: .exchange, from: .stripeBalance)
        try sheet.move(amount, to: .stripeBalance, from: .exchange)
        try compare(try paid.subtracting(posted), owner.id)
    }

    private mutating func compare(_ difference: Money, _ object: String) throws {
        guard !difference.isZero else { return }
        try suspend(
            difference, .amountDiffers, "Stripe has \(difference.micros) micros more for \(object) than the books")
    }

    private mutating func compareApplicationFee(_ owner: PaymentOwner) throws {
        let asked = try currencies.money(minor: owner.applicationFee, owner.currency)
        let difference = try applicationFee.subtracting(asked)
        guard !difference.isZero else { return }
        findings.append(
            BalanceFinding(
                .applicationFeeDiffers, difference, isInSuspense: false,
                "the platform took \(applicationFee.micros) micros of \(owner.id) and had asked for \(asked.micros)"))
    }

    private mutating func suspend(_ amount: Money, _ kind: Discrepancy.Kind, _ detail: String) throws {
        try sheet.move(amount, to: .stripeBalance, from: .suspense)
        findings.append(BalanceFinding(kind, amount, isInSuspense: true, detail))
    }

    private mutating func moveFees() throws {
        try sheet.move(try fee.subtracting(applicationFee), to: .processorFees, from: .stripeBalance)
        try sheet.move(applicationFee, to: .applicationFees, from: .stripeBalance)
    }
}
