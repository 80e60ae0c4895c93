public import Billing
import COpenSSL
public import Ledger
public import Storage

public import struct Billing.Customer

/// What a customer finds who follows the link to fill their wallet.
public struct TopUpVisit: Sendable {
    public enum Obstacle: Sendable {
        /// The merchant takes no payments at present.
        case noPayments
        case blocked
    }

    public let customer: Customer
    public let account: ConnectedAccount
    /// In the wallet, less what is owed and held.
    public let balance: Money
    /// Minor units.
    public let least: Int64
    public let most: Int64
    /// Why nothing can be paid now.
    public let obstacle: Obstacle?
}

/// The page on which a customer fills their wallet. Its link is the customer's own for good, opens the wallet of nobody
/// else, and cannot be guessed: its token is an HMAC of the customer's id under a secret of this Bursar's.
public struct TopUpLinks: Sendable {
    let context: WorkerContext

    /// An open top-up is paid rather than doubled for so long; Stripe keeps a session open for a day.
    private static let reuseSeconds: Int64 = 12 * 3600
    /// Who has the link can make so many sessions at Stripe in an hour.
    private static let mostInAnHour = 20

    /// Makes the secret that links come from, where there is none yet. To be called at every start.
    public func prepare(in tx: Transaction) throws {
        guard try tx.linkSecret.find() == nil else { return }
        try tx.linkSecret.insert(context.token())
    }

    /// - Returns: `nil` where nothing could be paid on the page.
    func url(for customer: Customer, of account: ConnectedAccount, in tx: Transaction) throws -> String? {
        // A customer who was only thought up has no page.
        guard obstacle(customer, account) == nil, try tx.customers.find(customer.id) != nil,
            let secret = try tx.linkSecret.find()
        else { return nil }
        return url(customer.id, token: Self.token(of: customer.id, secret))
    }

    /// - Throws: `not_found`, for a wrong token as for an unknown customer.
    public func visit(_ id: Customer.ID, token: String, in tx: Transaction) throws -> TopUpVisit {
        guard let secret = try tx.linkSecret.find(), PaymentFinishing.isSame(Self.token(of: id, secret), token),
            let customer = try tx.customers.find(id), let account = try tx.accounts.find(customer.account)
        else { throw WorkerError.notFound("page") }
        let balance = try Customers(context: context).balance(of: customer, account: account, in: tx)
        let rule = try context.currencies.rule(for: account.currency)
        return TopUpVisit(
            customer: customer, account: account, balance: try balance.available ?? balance.ahead,
            least: max(rule.minimum, account.topUpMinimum ?? 0), most: min(rule.maximum, account.topUpMaximum ?? .max),
            obstacle: obstacle(customer, account))
    }

    /// - Parameter amount: minor units of the account's currency.
    /// - Returns: where the customer pays it; twice the same amount leads to the same page.
    /// - Throws: `not_found`, `invalid_field` and the like for the amount, `too_many_top_ups`, what `TopUps.open` does.
    public func pay(_ amount: Int64, _ id: Customer.ID, token: String) async throws -> String {
        let (visit, recent) = try await context.database.read { tx in
            let visit = try self.visit(id, token: token, in: tx)
            let newest = try tx.topUps.list(
                account: visit.account.id, customer: id, after: nil, limit: Self.mostInAnHour)
            return (visit, newest.filter { !$0.isAutomatic })
        }
        let now = context.now
        let open = recent.first {
            $0.status == .open && $0.amount == amount && $0.createdAt > now.adding(seconds: -Self.reuseSeconds)
        }
        if let url = open?.url { return url }
        guard recent.count(where: { $0.createdAt > now.adding(seconds: -3600) }) < Self.mostInAnHour else {
            throw WorkerError.conflict(
                "too_many_top_ups", "this was begun many times within the hour; finish one of them, or wait a while")
        }
        let topUp = try await TopUps(context: context).open(
            NewTopUp(
                customer: id.text, amount: amount, successURL: context.policy.publicURL + "/thanks",
                cancelURL: url(id, token: token)),
            account: visit.account)
        guard let url = topUp.url else { throw WorkerError(.unavailable, "no_page", "Stripe gave no page; try again") }
        return url
    }

    private func obstacle(_ customer: Customer, _ account: ConnectedAccount) -> TopUpVisit.Obstacle? {
        if context.stripe == nil || !account.canCharge { return .noPayments }
        return customer.status == .active || customer.owesForPaymentTakenBack ? nil : .blocked
    }

    private func url(_ id: Customer.ID, token: String) -> String {
        "\(context.policy.publicURL)/top-up/\(id)?token=\(token)"
    }

    /// 256 bits, in hexadecimal digits.
    private static func token(of customer: Customer.ID, _ secret: String) -> String {
        let (key, text) = (Array(secret.utf8), Array("bursar top-up link\0\(customer)".utf8))
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        _ = HMAC(EVP_sha256(), key, Int32(key.count), text, text.count, &digest, &length)
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}

extension CustomerBalance {
    /// Of who pays afterwards: what is in the wallet, less what it will pay for.
    fileprivate var ahead: Money { get throws { try wallet.subtracting(accrued) } }
}
