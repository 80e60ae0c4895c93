public import Ledger

/// Where the names of all facts about one thing begin.
public struct FactStem: Hashable, Sendable {
    public let text: String

    public static func charge(_ id: Charge.ID) -> FactStem { FactStem(text: "charge:\(id)") }
    public static func lot(_ id: WalletLot.ID) -> FactStem { FactStem(text: "lot:\(id)") }
    /// What the wallet has paid, by the thing that gave the occasion, or by the occasion itself.
    public static func wallet(_ cause: String) -> FactStem { FactStem(text: "wallet:\(cause)") }
    /// A thing of Stripe's, by its id there.
    public static func stripe(_ id: String) -> FactStem { FactStem(text: "stripe:\(id)") }

    /// - Parameter name: what has happened to it.
    func fact(_ name: String) throws(LedgerError) -> Reference { try Reference("\(text):\(name)") }
}

/// The names of the facts that Bursar posts. The answer of a call, the webhook and the sweep use the same name.
extension Reference {
    public static func usage(_ id: UsageEvent.ID) throws(LedgerError) -> Reference { try Reference("usage:\(id)") }

    /// What accrued was put into a charge.
    public static func charged(_ id: Charge.ID) throws(LedgerError) -> Reference {
        try FactStem.charge(id).fact("opened")
    }

    /// The charge is over and its amount is owed as before.
    public static func released(_ id: Charge.ID) throws(LedgerError) -> Reference {
        try FactStem.charge(id).fact("released")
    }

    /// The wallet has paid what accrued, before the charge took the rest or after a top-up.
    public static func settledFromWallet(_ cause: String) throws(LedgerError) -> Reference {
        try FactStem.wallet(cause).fact("settled")
    }

    /// Credit was given by hand.
    public static func granted(_ id: WalletLot.ID) throws(LedgerError) -> Reference {
        try FactStem.lot(id).fact("granted")
    }

    /// The time of a lot was over, for the first time or, after something was given back to it, once more.
    public static func expired(_ id: WalletLot.ID, time: Int = 1) throws(LedgerError) -> Reference {
        try FactStem.lot(id).fact(time == 1 ? "expired" : "expired:\(time)")
    }

    /// A payment has succeeded, for a charge or a top-up.
    public static func payment(_ paymentIntent: String) throws(LedgerError) -> Reference {
        try FactStem.stripe(paymentIntent).fact("succeeded")
    }

    /// The money of a refund has left for the customer.
    public static func refunded(_ stripeRefund: String) throws(LedgerError) -> Reference {
        try FactStem.stripe(stripeRefund).fact("refunded")
    }

    /// A refund has failed or was canceled, and its money is back.
    public static func refundReturned(_ stripeRefund: String) throws(LedgerError) -> Reference {
        try FactStem.stripe(stripeRefund).fact("returned")
    }

    /// A dispute has moved money: out, or in again. Named by the line that it is in the Stripe balance, since one
    /// dispute can do so more than once.
    public static func disputed(_ balanceTransaction: String) throws(LedgerError) -> Reference {
        try FactStem.stripe(balanceTransaction).fact("disputed")
    }

    /// What a line of the Stripe balance had put on suspense is explained by a fact that was posted afterwards.
    public static func explained(_ balanceTransaction: String) throws(LedgerError) -> Reference {
        try FactStem.stripe(balanceTransaction).fact("explained")
    }

    /// A line of the merchant's Stripe balance: fees, payouts, conversions, and what is not Bursar's.
    public static func balanceTransaction(_ id: String) throws(LedgerError) -> Reference {
        try Reference(FactStem.stripe(id).text)
    }
}
