import Foundation
import Stripe
import Testing

/// What our client reads, against Stripe's own sample of each object.
@Suite(.enabled(if: SharedContract.isPresent, SharedContract.comment))
struct ClientDecoderContractTests {
    private static func decode<T: Decodable>(_ resource: String, as type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: Data(SharedContract.fixture(resource)))
    }

    @Test func `an account is read`() throws {
        let account = try Self.decode("account", as: Account.self)
        #expect(account.id.hasPrefix("acct_"))
        #expect(!account.chargesEnabled && !account.payoutsEnabled && !account.detailsSubmitted)
        #expect(account.country == "US")
        #expect(account.defaultCurrency == "usd")
        #expect(account.requirements?.disabledReason == "requirements.past_due")
        #expect(account.requirements?.currentlyDue?.contains("external_account") == true)
    }

    @Test func `an account link is read`() throws {
        let link = try Self.decode("account_link", as: AccountLink.self)
        #expect(link.url.hasPrefix("https://"))
        #expect(link.expiresAt == 1_234_567_890)
    }

    @Test func `customers, also deleted ones, are read`() throws {
        #expect(try !Self.decode("customer", as: Customer.self).isDeleted)
        #expect(try Self.decode("customer", as: Customer.self).livemode == false)
        #expect(try Self.decode("deleted_customer", as: Customer.self).isDeleted)
    }

    @Test func `a payment method is read`() throws {
        let method = try Self.decode("payment_method", as: PaymentMethod.self)
        #expect(method.type == "card")
        #expect(method.card?.last4 == "4242")
        #expect(method.card?.expYear == 2030)
        #expect(method.card?.brand == "visa")
    }

    @Test func `a PaymentIntent is read`() throws {
        let intent = try Self.decode("payment_intent", as: PaymentIntent.self)
        #expect(intent.amount == 1_099)
        #expect(intent.amountReceived == 0)
        #expect(intent.status == .requiresPaymentMethod)
        #expect(intent.clientSecret?.value.contains("_secret_") == true)
        #expect(intent.lastPaymentError?.type == "idempotency_error")
        #expect(intent.nextAction?.type == "type")
    }

    @Test func `a Checkout Session is read`() throws {
        let session = try Self.decode("checkout.session", as: Checkout.Session.self)
        #expect(session.status == .open)
        #expect(session.paymentStatus == .unpaid)
        #expect(session.paymentIntent?.id.hasPrefix("pi_") == true)
        #expect(session.url?.hasPrefix("https://checkout.stripe.com/") == true)
        #expect(session.expiresAt == 1_234_567_890)
    }

    @Test func `a charge and its balance transaction are read`() throws {
        let charge = try Self.decode("charge", as: Charge.self)
        #expect(charge.status == .succeeded)
        #expect(charge.amountRefunded == 0)
        #expect(charge.outcome?.type == "type")
        let line = try Self.decode("balance_transaction", as: BalanceTransaction.self)
        #expect(charge.balanceTransaction?.id == line.id)
        #expect(line.source?.id == charge.id)
        #expect(line.amount - line.fee == line.net)
        #expect(line.reportingCategory == "charge")
    }

    @Test func `refunds and disputes are read`() throws {
        #expect(try Self.decode("refund", as: Refund.self).status == .succeeded)
        let dispute = try Self.decode("dispute", as: Dispute.self)
        #expect(dispute.status == .warningNeedsResponse)
        #expect(dispute.charge?.id.hasPrefix("ch_") == true)
        #expect(dispute.balanceTransactions?.isEmpty == true)
    }

    @Test func `endpoint, balance and application are read`() throws {
        let endpoint = try Self.decode("webhook_endpoint", as: WebhookEndpoint.self)
        #expect(endpoint.enabledEvents == ["charge.failed", "charge.succeeded"])
        #expect(endpoint.secret == nil)
        #expect(try !Self.decode("balance", as: Balance.self).livemode)
        #expect(try !Self.decode("application", as: Application.self).id.isEmpty)
    }

    @Test func `an event is read, alone and in a page`() throws {
        let json = try SharedContract.fixture("event")
        let event = try Event(json: json)
        #expect(event.envelope.type == "plan.created")
        #expect(event.envelope.objectType == "plan")
        #expect(event.envelope.account == nil)
        let page =
            Array(#"{"object":"list","data":["#.utf8) + json + Array(#"],"has_more":false,"url":"/v1/events"}"#.utf8)
        let list = try Event.list(in: .platform).answer(from: RawAnswer(status: 200, headers: [:], body: page))
        #expect(list.data.map(\.json) == [json])
    }

    /// A misspelt optional field would read as nil for ever, and no decoder would complain.
    @Test func `every field that is read exists in some sample of Stripe's`() throws {
        let known = Self.names(try SharedContract.fixtures())
        // In Stripe's documentation, but in no sample: they are there only after a failure, or in OAuth.
        let documented: Set<String> = [
            "decline_code", "doc_url", "error_description", "failure_reason", "param", "pending_reason",
            "redirect_to_url", "stripe_user_id",
        ]
        let folder = SharedContract.projectFolder.appendingPathComponent("Sources/Stripe")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        var read: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for block in text.matches(of: /enum CodingKeys: String, CodingKey \{([^}]*)\}/) {
                read.formUnion(block.1.matches(of: /= "([a-z_0-9]+)"/).map { String($0.1) })
                for line in block.1.matches(of: /case ([a-zA-Z0-9, ]+)\n/) {
                    read.formUnion(line.1.split(separator: ", ").map(String.init))
                }
            }
        }
        #expect(read.count > 60)
        #expect(read.subtracting(known).subtracting(documented).isEmpty)
        #expect(documented.isSubset(of: read))
    }

    private static func names(_ value: Any) -> Set<String> {
        if let object = value as? [String: Any] {
            return object.values.reduce(into: Set(object.keys)) { $0.formUnion(names($1)) }
        }
        return (value as? [Any])?.reduce(into: []) { $0.formUnion(names($1)) } ?? []
    }
}
