/// One thing that somebody does, or that happens, in the year of a simulated platform.
///
/// Every choice that playing it needs is in it, so that an act means the same whichever others are left out: that is
/// what lets a failing year be shrunk.
public struct Act: Sendable, Hashable {
    /// Its place in the year as it was written; the name of the act when others are left out.
    public let number: Int
    /// How long after the act before.
    public let afterSeconds: Int64
    public let deed: Deed
    /// Decides the faults while it is played, and whose step comes next afterwards.
    public let seed: UInt64
}

/// What is done. `pick` says which of those that there are, counted round.
///
/// A new way for money to move is a new case here, its weight in `Deck`, and how it is played in `Playing`.
public enum Deed: Sendable, Hashable {
    // The app of a merchant.
    case use(pick: UInt64, events: Int64, mostMicros: Int64)
    /// Of the product that the merchant sells.
    case useProduct(pick: UInt64, events: Int64, mostPages: Int64)
    case useAgain(pick: UInt64)
    case correct(pick: UInt64)
    case hold(pick: UInt64, micros: Int64)
    case capture(pick: UInt64, perMille: Int64)
    case release(pick: UInt64)
    // A merchant.
    case charge(pick: UInt64)
    case cancelCharge(pick: UInt64)
    case retryCharge(pick: UInt64)
    /// - Parameter perMille: of the payment; all that is left of it from 1,000 on.
    case refund(pick: UInt64, ofTopUp: Bool, perMille: Int64, returnsFee: Bool)
    /// The same in Stripe's dashboard.
    case refundAtStripe(pick: UInt64, perMille: Int64, returnsFee: Bool)
    case grant(pick: UInt64, micros: Int64, isPaidOutside: Bool, days: Int64?)
    case changePlan(pick: UInt64, plan: UInt64)
    case block(pick: UInt64)
    case unblock(pick: UInt64)
    case sellOutside(pick: UInt64, amount: Int64)
    case disconnect(pick: UInt64, atStripe: Bool)
    case reconnect(pick: UInt64)
    case restrict(pick: UInt64)
    case payOut(pick: UInt64)
    // A customer.
    case changeCard(pick: UInt64, card: Card)
    case authenticate(pick: UInt64, passes: Bool)
    /// - Parameter card: what the customer pays with at once; nil where the page stays open.
    case openTopUp(pick: UInt64, amount: Int64, card: Card?)
    case payTopUp(pick: UInt64, card: Card)
    case fillItself(pick: UInt64, thresholdMicros: Int64, amountMicros: Int64)
    // Banks.
    /// The word on a refund, which may have been made long ago.
    case endRefund(pick: UInt64, RefundEnd)
    /// - Parameter perMille: of the payment, and perhaps more than there is of it.
    case dispute(pick: UInt64, perMille: Int64, isInquiry: Bool)
    case moveDispute(pick: UInt64, DisputeMove)
    /// - Parameter perMille: of the usual rate, from then on.
    case moveRate(perMille: Int64)
    // The world.
    case outage(Outage, seconds: Int64)
    case stepClock(seconds: Int64)
    case death
    case nothing

    /// Its name without its choices.
    public var name: String { String("\(self)".prefix { $0 != "(" }) }
}

/// What is away for a while.
public enum Outage: String, Sendable, Hashable, CaseIterable {
    /// The worker is not running: nothing is done and no webhook is taken.
    case worker
    /// Stripe cannot be reached, and sends nothing.
    case stripe
    /// Webhooks are lost; the worker runs.
    case webhooks
}

/// How a refund comes out, by the sandbox's names.
public enum RefundEnd: String, Sendable, Hashable, CaseIterable {
    case succeeded, failed, canceled
    /// One that is on its way waits for the customer, and perhaps for ever.
    case waitsForCustomer = "requires_action"
}

/// What becomes of a dispute, by the sandbox's names.
public enum DisputeMove: String, Sendable, Hashable, CaseIterable {
    case withdraw = "withdraw_funds"
    case reinstate = "reinstate_funds"
    case win, lose
    /// Of an inquiry, without a dispute.
    case close
}

/// A payment method of Stripe's test page.
public enum Card: String, Sendable, Hashable, CaseIterable {
    case good = "pm_card_visa"
    case declinedLater = "pm_card_chargeCustomerFail"
    case wantsAuthentication = "pm_card_authenticationRequired"
    case wantsAuthenticationOnce = "pm_card_authenticationRequiredOnSetup"
    case debit = "pm_usBankAccount_success"
    case authenticatesThenDeclines = "pm_card_threeDSecureRequiredChargeDeclined"
    case hasTooLittle = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    case isDisputed = "pm_card_createDispute"
    case isInquiredAbout = "pm_card_createDisputeInquiry"
    case refundsLater = "pm_card_pendingRefund"
    case refundsFail = "pm_card_refundFail"
    case debitBounces = "pm_usBankAccount_insufficientFunds"
    case debitIsClosed = "pm_usBankAccount_accountClosed"
    case debitIsDisputed = "pm_usBankAccount_dispute"
}
