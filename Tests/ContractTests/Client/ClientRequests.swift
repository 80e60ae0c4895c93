import Stripe
import Testing
import Webhooks

/// Every request that the client can make, in one place: once with everything set, once with nothing that can be left
/// out.
enum ClientRequests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let operation: String
        let parameters: FormParameters
        let prepared: PreparedRequest

        init<Answer>(_ request: StripeRequest<Answer>) {
            operation = request.operation
            parameters = request.parameters
            prepared = request.prepared
        }

        var testDescription: String { "\(operation) \(prepared.form.prefix(60))" }
    }

    static let all = accounts + customers + paymentIntents + checkout + money + webhooks

    private static let scope = AccountScope.connected("acct_1")
    private static let metadata = ["bursar_charge": "bchg_1", "bursar_account": "bacc_1"]
    private static let created = CreatedRange(from: 1, after: 2, through: 3, before: 4)
    private static let contract = WebhookContract.current

    private static let accounts: [Sample] = [
        Sample(
            Account.createStandard(
                email: "a@b.example", country: "US", businessName: "Shop", metadata: metadata, idempotencyKey: "k")),
        Sample(Account.createStandard(idempotencyKey: "k")),
        Sample(Account.retrieve("acct_1")),
        Sample(Account.list(created: created, cursor: .after("acct_1"), limit: 100)),
        Sample(
            AccountLink.createOnboarding(
                account: "acct_1", refreshURL: "https://b.example/r", returnURL: "https://b.example/d",
                collect: .currentlyDue, idempotencyKey: "k")),
        Sample(
            AccountLink.createOnboarding(
                account: "acct_1", refreshURL: "https://b.example/r", returnURL: "https://b.example/d",
                collect: .eventuallyDue, idempotencyKey: "k")),
        Sample(OAuth.Token.create(code: "ac_1")),
        Sample(OAuth.Deauthorization.create(clientID: "ca_1", account: "acct_1")),
    ]

    private static let customers: [Sample] = [
        Sample(
            Customer.create(
                name: "N", email: "a@b.example", description: "D", metadata: metadata, in: scope, idempotencyKey: "k")),
        Sample(Customer.create(in: scope, idempotencyKey: "k")),
        Sample(Customer.retrieve("cus_1", in: scope)),
        Sample(PaymentMethod.list(customer: "cus_1", type: "card", cursor: .after("pm_1"), limit: 3, in: scope)),
        Sample(PaymentMethod.list(customer: "cus_1", in: scope)),
        Sample(PaymentMethod.retrieve("pm_1", customer: "cus_1", in: scope)),
    ]

    private static let paymentIntents: [Sample] = [
        Sample(
            PaymentIntent.create(
                amount: 500, currency: "usd", customer: "cus_1", paymentMethod: "pm_1", confirm: true,
                offSession: true, description: "D", metadata: metadata, applicationFeeAmount: 5,
                statementDescriptorSuffix: "AI", returnURL: "https://b.example/r",
                automaticPaymentMethods: .init(allowRedirects: false), setupFutureUsage: .offSession,
                expand: ["latest_charge.balance_transaction"], in: scope, idempotencyKey: "k")),
        Sample(
            PaymentIntent.create(
                amount: 500, currency: "usd", automaticPaymentMethods: .init(allowRedirects: true),
                setupFutureUsage: .onSession, in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.create(amount: 500, currency: "usd", in: scope, idempotencyKey: "k")),
        Sample(
            PaymentIntent.confirm(
                "pi_1", paymentMethod: "pm_1", offSession: true, returnURL: "https://b.example/r",
                expand: ["latest_charge"], in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.confirm("pi_1", in: scope, idempotencyKey: "k")),
        Sample(
            PaymentIntent.cancel(
                "pi_1", reason: .abandoned, expand: ["latest_charge"], in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.cancel("pi_1", reason: .duplicate, in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.cancel("pi_1", reason: .fraudulent, in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.cancel("pi_1", reason: .requestedByCustomer, in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.cancel("pi_1", in: scope, idempotencyKey: "k")),
        Sample(PaymentIntent.retrieve("pi_1", expand: ["latest_charge"], in: scope)),
        Sample(
            PaymentIntent.list(
                customer: "cus_1", created: created, cursor: .after("pi_1"), limit: 100,
                expand: ["data.latest_charge"], in: scope)),
        Sample(PaymentIntent.list(cursor: .before("pi_1"), in: scope)),
    ]

    private static let checkout: [Sample] = [
        Sample(
            Checkout.Session.createPayment(
                amount: 500, currency: "jpy", productName: "Credit", customer: "cus_1",
                successURL: "https://b.example/{CHECKOUT_SESSION_ID}", cancelURL: "https://b.example/c",
                clientReferenceID: "btop_1", metadata: metadata, description: "D", applicationFeeAmount: 5,
                statementDescriptorSuffix: "AI", setupFutureUsage: .offSession, expiresAt: 9,
                expand: ["payment_intent"], in: scope, idempotencyKey: "k")),
        Sample(
            Checkout.Session.createPayment(
                amount: 500, currency: "jpy", productName: "Credit", successURL: "https://b.example", in: scope,
                idempotencyKey: "k")),
        Sample(Checkout.Session.retrieve("cs_1", expand: ["payment_intent"], in: scope)),
        Sample(Checkout.Session.expire("cs_1", in: scope, idempotencyKey: "k")),
        Sample(
            Checkout.Session.list(
                customer: "cus_1", paymentIntent: "pi_1", status: .open, created: created, cursor: .after("cs_1"),
                limit: 100, expand: ["data.payment_intent"], in: scope)),
        Sample(Checkout.Session.list(status: .complete, in: scope)),
        Sample(Checkout.Session.list(status: .expired, in: scope)),
    ]

    private static let money: [Sample] = [
        Sample(Charge.retrieve("ch_1", expand: ["balance_transaction"], in: scope)),
        Sample(
            Charge.list(
                customer: "cus_1", paymentIntent: "pi_1", created: created, cursor: .after("ch_1"), limit: 100,
                expand: ["data.balance_transaction"], in: scope)),
        Sample(BalanceTransaction.retrieve("txn_1", in: scope)),
        Sample(
            BalanceTransaction.list(
                source: "ch_1", type: "charge", currency: "usd", created: created, cursor: .after("txn_1"),
                limit: 100, expand: ["data.source"], in: scope)),
        Sample(
            Refund.create(
                paymentIntent: "pi_1", amount: 5, reason: .requestedByCustomer, refundApplicationFee: true,
                metadata: metadata, expand: ["charge"], in: scope, idempotencyKey: "k")),
        Sample(Refund.create(paymentIntent: "pi_1", reason: .duplicate, in: scope, idempotencyKey: "k")),
        Sample(Refund.create(paymentIntent: "pi_1", reason: .fraudulent, in: scope, idempotencyKey: "k")),
        Sample(
            Refund.list(
                charge: "ch_1", paymentIntent: "pi_1", created: created, cursor: .after("re_1"), limit: 100,
                expand: ["data.charge"], in: scope)),
        Sample(Refund.retrieve("re_1", expand: ["charge"], in: scope)),
        Sample(Dispute.list(created: created, cursor: .after("du_1"), limit: 100, in: scope)),
        Sample(Dispute.retrieve("du_1", in: scope)),
        Sample(Dispute.list(created: CreatedRange(from: 1), cursor: .after("du_1"), limit: 100, in: scope)),
        Sample(Balance.retrieve(in: .platform)),
    ]

    private static let webhooks: [Sample] =
        contract.endpoints.map { endpoint in
            Sample(
                WebhookEndpoint.create(
                    url: "https://b.example\(endpoint.path)", enabledEvents: endpoint.events,
                    apiVersion: contract.apiVersion, connect: endpoint.connect, description: "Bursar",
                    metadata: metadata, idempotencyKey: "k"))
        } + [
            Sample(
                WebhookEndpoint.update(
                    "we_1", url: "https://b.example", enabledEvents: contract.events, disabled: false,
                    description: "Bursar", metadata: metadata, idempotencyKey: "k")),
            Sample(WebhookEndpoint.update("we_1", idempotencyKey: "k")),
            Sample(WebhookEndpoint.delete("we_1")),
            Sample(WebhookEndpoint.list(cursor: .after("we_1"), limit: 100)),
            Sample(
                Event.list(
                    .types(contract.events), created: created, deliverySuccess: false, cursor: .before("evt_1"),
                    limit: 100, in: scope)),
            Sample(Event.list(.type("charge.*"), cursor: .after("evt_1"), in: scope)),
            Sample(Event.list(in: .platform)),
        ]
}
