/// Money that came to an account's balance, or left it, with what was kept of it.
///
/// Source: docs.stripe.com/api/balance_transactions/object.
struct BalanceTransaction: Shelved {
    struct Fee: Sendable {
        let amount: Int64
        let type: String
        let description: String
        var application: String?
    }

    let id: String
    let created: Int64
    let type: String
    let reportingCategory: String
    /// In minor units of the currency in which the account settles; negative where money leaves.
    let amount: Int64
    let currency: String
    let fees: [Fee]
    let source: String
    let availableOn: Int64
    let description: String?
    let exchangeRate: String?
    /// The payout that carried it to the bank.
    var payout: String?

    var fee: Int64 { fees.reduce(0) { $0 + $1.amount } }
    var net: Int64 { amount - fee }
}

extension World {
    static let balanceOperations: [Operation] = [
        Operation("GET /v1/balance") { world, call in world.balance(of: call.account) },
        Operation("GET /v1/balance_transactions") { world, call in try world.listTransactions(call) },
        Operation("GET /v1/balance_transactions/{id}") { world, call in
            guard let transaction = world[call.account].transactions[call.id("id")] else {
                throw StripeError.noSuch("balance transaction", call.id("id"))
            }
            return world.shape(transaction)
        },
    ]

    /// Seconds until the money of a payment is available for payouts.
    static let settlingTime: Int64 = 2 * 86_400

    private func listTransactions(_ call: Call) throws -> JSON {
        let (type, source, payout) = (call.text("type"), call.text("source"), call.text("payout"))
        let currency = call.text("currency")?.lowercased()
        return try list(
            self[call.account].transactions, of: "balance transaction", at: "/v1/balance_transactions", for: call,
            where: {
                (type == nil || $0.type == type) && (source == nil || $0.source == source)
                    && (payout == nil || $0.payout == payout) && (currency == nil || $0.currency == currency)
            }, as: shape)
    }

    /// Writes a movement in the currency in which the account settles, converting the amount and the fees.
    mutating func record(
        _ type: String, category: String? = nil, amount: Int64, currency code: String,
        fees: [BalanceTransaction.Fee] = [],
        source: String, description: String? = nil, settlesAfter: Int64 = 0, of account: String
    ) -> BalanceTransaction {
        let settlement = settlementCurrency(of: account)
        var converted = (amount: amount, rate: String?.none)
        if let from = traded(code), let to = traded(settlement) { converted = from.convert(amount, to: to) }
        let transaction = BalanceTransaction(
            id: makeID("txn_3"), created: seconds, type: type, reportingCategory: category ?? type,
            amount: converted.amount, currency: settlement, fees: fees, source: source,
            availableOn: seconds + settlesAfter, description: description, exchangeRate: converted.rate)
        self[account].transactions.add(transaction)
        return transaction
    }

    /// A fee of so much in the charge's currency, in the one in which the account settles.
    func settled(_ amount: Int64, _ code: String, for account: String) -> Int64 {
        guard let from = traded(code), let to = traded(settlementCurrency(of: account)) else { return amount }
        return from.convert(amount, to: to).amount
    }

    /// Books a captured charge: what the merchant gets, Stripe's part and the platform's.
    mutating func book(_ id: String, of account: String) {
        guard let charge = self[account].charges[id], let settlement = Currency(settlementCurrency(of: account)) else {
            return
        }
        let gross = settled(charge.amountCaptured, charge.currency, for: account)
        var fees: [BalanceTransaction.Fee] = []
        if let fee = charge.applicationFeeAmount {
            let part = settled(fee, charge.currency, for: account)
            fees.append(
                .init(
                    amount: part, type: "application_fee", description: "The platform application fee",
                    application: settings.clientID))
            let taken = takeApplicationFee(fee, on: charge, account: account)
            self[account].charges[id]?.applicationFee = taken
        }
        fees.append(
            .init(
                amount: settlement.processingFee(on: gross), type: "stripe_fee", description: "Stripe processing fees"))
        let isCard = self[account].paymentMethods[charge.paymentMethod]?.card != nil
        let bypasses = self[account].paymentMethods[charge.paymentMethod]?.card?.names.contains("bypassPending") == true
        let transaction = record(
            isCard ? "charge" : "payment", category: "charge", amount: charge.amountCaptured, currency: charge.currency,
            fees: fees, source: id, description: charge.description, settlesAfter: bypasses ? 0 : Self.settlingTime,
            of: account)
        self[account].charges[id]?.transaction = transaction.id
    }

    /// Source: docs.stripe.com/api/balance/balance_object.
    func balance(of account: String) -> JSON {
        var available: [String: Int64] = [settlementCurrency(of: account): 0]
        var pending = available
        for transaction in self[account].transactions.oldestFirst() {
            if transaction.availableOn <= seconds {
                available[transaction.currency, default: 0] += transaction.net
            } else {
                pending[transaction.currency, default: 0] += transaction.net
            }
        }
        return [
            "object": "balance",
            "available": Self.shape(available),
            "connect_reserved": .array(available.keys.sorted().map { ["amount": 0, "currency": .string($0)] }),
            "livemode": .bool(settings.isLive),
            "pending": Self.shape(pending),
        ]
    }

    private static func shape(_ amounts: [String: Int64]) -> JSON {
        .array(
            amounts.sorted { $0.key < $1.key }.map { currency, amount in
                ["amount": .int(amount), "currency": .string(currency), "source_types": ["card": .int(amount)]]
            })
    }

    func shape(_ transaction: BalanceTransaction) -> JSON {
        [
            "id": .string(transaction.id),
            "object": "balance_transaction",
            "amount": .int(transaction.amount),
            "available_on": .int(transaction.availableOn),
            "balance_type": "payments",
            "created": .int(transaction.created),
            "currency": .string(transaction.currency),
            "description": .text(transaction.description),
            "exchange_rate": transaction.exchangeRate.map(JSON.decimal) ?? .null,
            "fee": .int(transaction.fee),
            "fee_details": .array(
                transaction.fees.map { fee in
                    [
                        "amount": .int(fee.amount),
                        "application": .text(fee.application),
                        "currency": .string(transaction.currency),
                        "description": .string(fee.description),
                        "type": .string(fee.type),
                    ]
                }),
            "net": .int(transaction.net),
            "reporting_category": .string(transaction.reportingCategory),
            "source": .string(transaction.source),
            "status": .string(transaction.availableOn <= seconds ? "available" : "pending"),
            "type": .string(transaction.type),
        ]
    }
}
