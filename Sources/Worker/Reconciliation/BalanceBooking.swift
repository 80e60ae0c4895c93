import Billing
import Ledger
import Storage
import Stripe

/// Puts lines of a merchant's Stripe balance into the books, each once, whoever brings it first: the answer of a
/// payment, a webhook, or the sweep.
struct BalanceBooking {
    let context: WorkerContext
    let account: ConnectedAccount.ID
    let tx: Transaction

    /// - Parameter isListed: whether Stripe's list of lines has told of it.
    /// - Returns: `false` when the line was booked before.
    @discardableResult
    func book(_ line: BalanceLine, isListed: Bool = false) throws -> Bool {
        let transaction = line.transaction
        guard try !tx.balanceTransactions.isKnown(transaction.id, account: account) else {
            if isListed { try tx.balanceTransactions.setListed(transaction.id, account: account) }
            return false
        }
        let reference = try Reference.balanceTransaction(transaction.id)
        var judged: BalanceJudgement?
        do {
            judged = try judgement(on: line)
        } catch is BillingError {
            judged = nil
        } catch is LedgerError {
            judged = nil
        }
        let record = record(line, part: judged?.part ?? .suspense)
        guard try tx.balanceTransactions.insert(record, unlistedSince: isListed ? nil : context.now) else {
            return false
        }
        guard let judged else {
            let finding = BalanceFinding(
                .cannotBeBooked, .zero(Currency(transaction.currency) ?? .none), isInSuspense: false,
                "\(transaction.amount) minor units of \(transaction.currency) are no amount that the books can hold")
            try tx.balanceTransactions.insert(finding, of: transaction.id, account: account)
            return true
        }
        let postings = judged.sheet.postings
        if !postings.isEmpty {
            try tx.journal.post(
                try JournalEntry(
                    reference, book: account.text, at: context.now, narration: judged.narration, postings))
            try countFees(in: postings, of: line)
        }
        for finding in judged.findings {
            try tx.balanceTransactions.insert(finding, of: transaction.id, account: account)
        }
        return true
    }

    /// Beside the entry, by the customer who paid.
    private func countFees(in postings: [Posting], of line: BalanceLine) throws {
        let owner = try PaymentOwner.find(line, in: tx)
        let quarter = QuarterHour.start(holding: Instant(secondsSince1970: line.transaction.created))
        for (currency, postings) in Dictionary(grouping: postings, by: \.amount.currency) {
            func moved(_ kind: LedgerAccount.Kind) -> Int64 {
                postings.first { $0.account.kind == kind }?.amount.micros ?? 0
            }
            let fees = PaymentFees(
                startsAt: quarter, customer: owner?.account == account ? owner?.customer : nil, currency: currency,
                processorMicros: moved(.processorFees), applicationMicros: moved(.applicationFees))
            if !fees.isZero { try tx.paymentFees.add(fees, of: account) }
        }
    }

    private func judgement(on line: BalanceLine) throws -> BalanceJudgement {
        var judgement = try BalanceJudgement(line, book: account.text, currencies: context.currencies)
        let owner = try PaymentOwner.find(line, in: tx)
        let isOurs = owner != nil || line.claim != nil
        switch line.transaction.nature {
        case .payment where isOurs: try judge(&judgement, line, owner)
        case .refund where isOurs: try judge(&judgement, refund: line, owner)
        case .dispute where isOurs: try judge(&judgement, dispute: line, owner)
        case .payout: try judgement.isPayout()
        case .stripeFee: try judgement.isStripeFee()
        case .platformFee: try judgement.isPlatformFee()
        case .other where isOurs:
            try judgement.isUnexplained(
                .unexplained, "a movement of type \(line.transaction.type) names a payment of ours")
        case .payment, .refund, .dispute, .other: try judgement.isOutside()
        }
        return judgement
    }

    private func judge(_ judgement: inout BalanceJudgement, _ line: BalanceLine, _ owner: PaymentOwner?) throws {
        guard let owner else {
            return try judgement.isUnexplained(
                .unknownPayment, "the payment says that it is ours, and the books have none such")
        }
        guard owner.account == account else {
            return try judgement.isUnexplained(.accountDiffers, "\(owner.id) belongs to account \(owner.account)")
        }
        guard let intent = line.paymentIntent, owner.paymentIntent == nil || owner.paymentIntent == intent else {
            return try judgement.isUnexplained(
                .secondPayment,
                "\(owner.id) has PaymentIntent \(owner.paymentIntent ?? "none"); this is another payment for it")
        }
        guard try tx.journal.isPosted(.payment(intent), book: account.text) else {
            return try judgement.isUnexplained(reasonNotPosted(line, owner), "\(owner.id) has not taken this payment")
        }
        guard try !tx.balanceTransactions.hasTwin(of: record(line, part: .payment), as: .payment) else {
            return try judgement.isUnexplained(.secondPayment, "another line of \(intent) has paid \(owner.id)")
        }
        try judgement.isPayment(of: owner)
    }

    /// Money that has gone out by a refund, or came back of one that failed.
    private func judge(_ judgement: inout BalanceJudgement, refund line: BalanceLine, _ owner: PaymentOwner?) throws {
        let refund = try line.transaction.source.flatMap { try tx.refunds.find(stripeRefund: $0.id) }
        let isBack = line.transaction.amount > 0
        guard let refund, refund.account == account, refund.isPosted, !isBack || refund.status.isVoid else {
            return try judgement.isUnexplained(
                .refund, "the books do not have this movement of a refund of \(owner?.id ?? "a payment")")
        }
        guard try !tx.balanceTransactions.hasTwin(of: record(line, part: .refund), as: .refund) else {
            return try judgement.isUnexplained(.refund, "another line of refund \(refund.id) has moved this money")
        }
        let moved = try context.currencies.money(minor: isBack ? refund.amount : -refund.amount, refund.currency)
        try judgement.isMoneyBack(.refund, refund.id.text, posted: moved)
    }

    private func judge(_ judgement: inout BalanceJudgement, dispute line: BalanceLine, _ owner: PaymentOwner?) throws {
        guard let owner, owner.account == account,
            let moved = try tx.disputes.movement(line.transaction.id, account: account)
        else {
            return try judgement.isUnexplained(
                .dispute, "no dispute of \(owner?.id ?? "a payment") tells of this movement")
        }
        let posted = try context.currencies.money(minor: -moved, owner.currency)
        try judgement.isMoneyBack(.dispute, owner.id, posted: posted)
    }

    private func reasonNotPosted(_ line: BalanceLine, _ owner: PaymentOwner) -> Discrepancy.Kind {
        guard let paid = line.paid else { return .notPosted }
        if paid.currency != owner.currency.code { return .currencyDiffers }
        return paid.amount != owner.amount ? .amountDiffers : .notPosted
    }

    private func record(_ line: BalanceLine, part: BalanceTransactionRecord.Part) -> BalanceTransactionRecord {
        let transaction = line.transaction
        return BalanceTransactionRecord(
            account: account, id: transaction.id, type: transaction.type, amount: transaction.amount,
            fee: transaction.fee, currency: transaction.currency, source: transaction.source?.id,
            paymentIntent: line.paymentIntent, part: part, created: Instant(secondsSince1970: transaction.created))
    }
}
