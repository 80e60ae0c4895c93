/// A bank account of Stripe's test page for ACH debits, whose payments settle days later.
///
/// Source: docs.stripe.com/payments/ach-direct-debit, "Test account numbers".
struct TestBankAccount: Sendable, Equatable {
    let number: String
    /// What follows `pm_usBankAccount_`.
    let name: String
    /// Why the debit comes back, or nil where it is paid.
    var failure: String?
    /// Never settles by itself.
    var isStuck = false
    /// Is disputed after it was paid.
    var isDisputed = false

    static let routingNumber = "110000000"

    var last4: String { String(number.suffix(4)) }

    static func numbered(_ number: String) -> TestBankAccount? { all.first { $0.number == number } }

    static func named(_ name: String) -> TestBankAccount? {
        let prefix = "pm_usBankAccount_"
        guard name.hasPrefix(prefix) else { return nil }
        return all.first { $0.name == name.dropFirst(prefix.count) }
    }

    static let all: [TestBankAccount] = [
        TestBankAccount(number: "000123456789", name: "success"),
        TestBankAccount(number: "000111111113", name: "accountClosed", failure: "account_closed"),
        TestBankAccount(number: "000111111116", name: "noAccount", failure: "no_account"),
        TestBankAccount(number: "000222222227", name: "insufficientFunds", failure: "insufficient_funds"),
        TestBankAccount(number: "000333333335", name: "debitNotAuthorized", failure: "debit_not_authorized"),
        TestBankAccount(number: "000444444440", name: "invalidCurrency", failure: "invalid_currency"),
        TestBankAccount(number: "000555555559", name: "dispute", isDisputed: true),
        TestBankAccount(number: "000000000009", name: "processing", isStuck: true),
    ]
}
