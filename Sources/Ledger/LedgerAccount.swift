/// One account of one book. A book belongs to one merchant; books never share an account.
public struct LedgerAccount: Hashable, Sendable {
    /// What the account is for. `Config/chart-of-accounts.json` explains each to an accountant.
    public enum Kind: String, CaseIterable, Sendable {
        /// Usage that was rated and is neither paid by the wallet nor put into a charge yet.
        case accrued
        /// Put into a charge whose payment has not come to its end.
        case pending
        /// Spent from a payment that was taken back: refunded, or withdrawn by a dispute.
        case receivable
        /// What the merchant holds at Stripe, whether available or not.
        case stripeBalance = "stripe_balance"
        /// What Stripe has paid out to the merchant's bank.
        case bank
        /// What Stripe has no part in: paid by customers in cash, by bank transfer, or elsewhere.
        case receivedOutside = "received_outside"
        /// Money that a customer has paid ahead, and credit that they were given.
        case wallet
        /// What the merchant owes the AI providers for metered usage.
        case providerPayable = "provider_payable"
        case revenue
        /// Given back of payments for usage.
        case refunds
        /// Withdrawn by disputes of payments for usage, less what was reinstated.
        case chargebacks
        /// What the platform has earned by application fees; only in the book of the platform's own Stripe account.
        case platformFees = "platform_fees"
        /// What customers had paid ahead and let expire.
        case breakage
        case providerCost = "provider_cost"
        case processorFees = "processor_fees"
        case applicationFees = "application_fees"
        /// Credit given away, less what expired of it.
        case promotions
        /// The two legs of a conversion between currencies; each currency stays balanced in itself.
        case exchange
        /// Movements on the merchant's Stripe account that Bursar has no part in.
        case outside
        /// What Stripe moved in Bursar's name and Bursar cannot explain. Zero, or somebody must look.
        case suspense
    }

    public enum Class: String, CaseIterable, Sendable {
        case assets, liabilities, equity, income, expenses
    }

    public let book: String
    public let kind: Kind
    /// The customer that the account is kept for; `nil` for accounts that a book has once.
    public let customer: String?

    public init(book: String, _ kind: Kind, customer: String? = nil) {
        self.book = book
        self.kind = kind
        self.customer = customer
    }

    /// The account's full name, as an export writes it: `assets:BOOK:accrued:CUSTOMER`.
    public var path: String {
        let place = "\(kind.class.rawValue):\(book):\(kind.rawValue)"
        return customer.map { "\(place):\($0)" } ?? place
    }
}

extension LedgerAccount.Kind {
    public var `class`: LedgerAccount.Class {
        switch self {
        case .accrued, .pending, .receivable, .stripeBalance, .bank, .receivedOutside: .assets
        case .wallet, .providerPayable: .liabilities
        case .revenue, .refunds, .chargebacks, .platformFees, .breakage: .income
        case .providerCost, .processorFees, .applicationFees, .promotions: .expenses
        case .exchange, .outside, .suspense: .equity
        }
    }

    public var isKeptForEachCustomer: Bool {
        switch self {
        case .accrued, .pending, .receivable, .wallet: true
        default: false
        }
    }

    /// The bound that a stored balance never crosses (debits positive, credits negative):
    /// a customer's claims are never negative, and a wallet is never overdrawn.
    public var floor: Floor {
        switch self {
        case .accrued, .pending, .receivable: .neverBelowZero
        case .wallet: .neverAboveZero
        default: .none
        }
    }

    public enum Floor: Sendable { case none, neverBelowZero, neverAboveZero }
}
