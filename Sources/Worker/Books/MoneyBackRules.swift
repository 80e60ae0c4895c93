import Billing
import Ledger
import Storage

/// What must hold between refunds, disputes, their entries and the payments that they are of.
struct MoneyBackRules {
    let currencies: CurrencyRules

    /// A refund that is posted has taken its amount, and given it back exactly when it is void.
    func finding(in row: AuditStore.RefundEntries) -> BooksFinding? {
        let refund = row.refund
        let amount = try? currencies.money(minor: refund.amount, refund.currency).micros
        let gone = refund.isPosted ? amount.map(-) : nil
        let back = refund.isPosted && refund.status.isVoid ? amount : nil
        guard amount == nil || row.gone != gone || row.back != back else { return nil }
        let entries = [("out", row.gone), ("back", row.back)]
            .map { "\($0): \($1.map(String.init) ?? "no entry")" }.joined(separator: ", ")
        return BooksFinding(
            .refundDiffers, book: refund.account.text, row: refund.id.text,
            "it is \(refund.status.rawValue) with \(refund.amount) minor units, and its entries say \(entries)")
    }

    /// What a payment counts as refunded is what its refunds come to.
    static func finding(
        in account: ConnectedAccount.ID, _ payment: String, counted: Int64, refunds: Int64
    ) -> BooksFinding? {
        guard counted != refunds else { return nil }
        return BooksFinding(
            .refundDiffers, book: account.text, row: payment,
            "it counts \(counted) minor units as refunded, and its refunds come to \(refunds)")
    }

    /// A dispute holds what its movements come to, and its entries have moved the same.
    func finding(in row: AuditStore.DisputeEntries) -> BooksFinding? {
        let dispute = row.dispute
        let moved = try? currencies.money(minor: row.moved, dispute.currency).micros
        guard dispute.withdrawn != row.moved || row.unbooked > 0 || moved.map(-) != row.booked else { return nil }
        return BooksFinding(
            .disputeDiffers, book: dispute.account.text, row: dispute.id.text,
            "it holds \(dispute.withdrawn) minor units, its movements make \(row.moved), \(row.unbooked) of them "
                + "without an entry, and the entries moved \(row.booked) micros")
    }

    /// The lot of a top-up keeps what refunds under way and open disputes may take.
    func claim(in row: AuditStore.TopUpEntries) -> BooksFinding? {
        guard let claimed = row.claimedMicros else { return nil }
        let atStake = try? currencies.money(minor: row.atStake, row.topUp.currency).micros
        guard claimed != atStake else { return nil }
        return BooksFinding(
            .disputeDiffers, book: row.topUp.account.text, row: row.topUp.id.text,
            "\(row.atStake) minor units of it are at stake, and its lot keeps \(claimed) micros")
    }

    /// What went back of a charge was deducted, or taken of the credit that corrections had made of it, or is of usage
    /// that they took back without making credit of it. What may yet go back is kept of that credit.
    func findings(in charge: Charge, _ row: AuditStore.ChargeMoneyBack) -> [BooksFinding] {
        guard charge.status == .paid, let unit = try? currencies.money(minor: 1, charge.currency).micros else {
            return []
        }
        var findings: [BooksFinding] = []
        let gone = Int128(row.gone) * Int128(unit)
        let done = row.deductions
        let accounted =
            Int128(done.refunds) + Int128(done.chargebacks) + Int128(done.taken) + Int128(row.returned ?? 0)
            - Int128(row.credited)
        if row.returned == nil || gone != accounted {
            findings.append(
                BooksFinding(
                    .refundDiffers, book: charge.account.text, row: charge.id.text,
                    "\(gone) micros of it have gone back, and \(accounted) are deducted or taken of credit"))
        }
        let kept = min(Int128(row.atStake) * Int128(unit), Int128(row.unspent))
        if Int128(row.claimed) != kept {
            findings.append(
                BooksFinding(
                    .disputeDiffers, book: charge.account.text, row: charge.id.text,
                    "\(row.atStake) minor units of it are at stake, and lots made of it keep \(row.claimed) micros"))
        }
        return findings
    }
}
