public import Storage

extension Discrepancy.Kind {
    /// Between which two ways a difference lies.
    public enum Leg: String, CaseIterable, Sendable {
        case eventsAndLines = "usage_events=rated_lines"
        case linesAndLedger = "rated_lines=ledger"
        case ledgerAndStripe = "ledger=stripe"
        /// The books contradict themselves.
        case books
    }

    public var leg: Leg {
        switch self {
        case .ratedLineMissing, .ratedLineDiffers, .carryDiffers: .eventsAndLines
        case .totalsDiffer, .usageNotPosted, .usageEntryDiffers, .legsDiffer: .linesAndLedger
        case .books: .books
        case .unknownPayment, .accountDiffers, .amountDiffers, .currencyDiffers, .applicationFeeDiffers,
            .secondPayment, .notPosted, .missingAtStripe, .refund, .dispute, .unexplained, .cannotBeBooked,
            .suspenseUnlisted, .lineNotFollowed, .lineChanged, .balanceDiffers:
            .ledgerAndStripe
        }
    }

    /// What a person does about it.
    public var remedy: String {
        switch self {
        case .ratedLineMissing, .ratedLineDiffers:
            "Rows were changed past Bursar: restore them from a backup, or correct the event (bursar usage correct) "
                + "and report it again."
        case .carryDiffers:
            "An event, its line or the customer's carry was changed past Bursar: look at the customer's other rows "
                + "here, and restore them from a backup."
        case .totalsDiffer: "Events or totals were changed past Bursar: restore the rows from a backup."
        case .usageNotPosted, .usageEntryDiffers, .legsDiffer:
            "Events or postings were changed past Bursar: see bursar ledger check and bursar explain, and restore the "
                + "rows from a backup."
        case .unknownPayment: "Find out who made the payment at Stripe; refund it there if nobody owes it."
        case .accountDiffers: "Look for the row on the account that it names, and restore what was changed."
        case .amountDiffers, .currencyDiffers:
            "Compare the payment in Stripe's Dashboard with the charge or top-up; refund there what was taken too much."
        case .applicationFeeDiffers: "Compare the fee in Stripe's Dashboard with the account's terms; refund the rest."
        case .secondPayment: "Refund the second payment in Stripe's Dashboard."
        case .notPosted: "The charge or top-up had ended before it was paid: refund the payment in Stripe's Dashboard."
        case .missingAtStripe:
            "Look for it in Stripe's Dashboard. If it is not there, the key belongs to another Stripe account or mode, "
                + "or the row was made past Bursar."
        case .refund, .dispute:
            "Look at it in Stripe's Dashboard; the next run asks Stripe again, and books it as soon as it can."
        case .unexplained: "Look at the movement in Stripe's Dashboard, and tell your accountant what it was."
        case .cannotBeBooked: "Add the currency to Config/currencies.json, or tell your accountant of the movement."
        case .suspenseUnlisted: "Somebody has posted past Bursar: see bursar ledger check."
        case .lineNotFollowed, .balanceDiffers:
            "A line, an entry or a balance was changed past Bursar: see bursar ledger check, and restore the rows."
        case .lineChanged: "The stored line was changed past Bursar: restore it as Stripe tells of it."
        case .books: "See bursar ledger check; restore the rows from a backup."
        }
    }
}
