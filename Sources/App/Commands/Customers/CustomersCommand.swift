import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct CustomersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customers",
        abstract: "A merchant's end users: make, list, show, change, and what each owes and has.",
        discussion: """
            Examples:
              bursar customers create user-17 --email ada@example.com
              bursar customers balance user-17 --account "Ada's AI"
            """,
        subcommands: [
            CustomersList.self, CustomersCreate.self, CustomersShow.self, CustomersUpdate.self, CustomersBalance.self,
            CustomersGrant.self, CustomersGrants.self, CustomersAutoTopUp.self,
            CustomersBlock.self, CustomersUnblock.self, CustomersExport.self,
        ])
}

struct CustomersList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a merchant's customers, the newest first.",
        discussion: """
            Examples:
              bursar customers list --account "Ada's AI"
              bursar customers list --search lovelace --status blocked
            """)

    @OptionGroup var selection: CustomerSelection
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Customer.ID? = try page.after.map { try desk.id($0, of: "customer", list: "bursar customers list") }
        let search = try selection.chosen()
        let (customers, plans) = try await desk.database.read { [merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let found = try desk.worker.customers.list(
                search, account: account, after: after, limit: page.limit + 1, in: tx)
            return (found, try desk.planNames(found.compactMap(\.plan), in: tx))
        }
        try desk.list(
            customers, page, shape: desk.shapes.customer,
            columns: ["customer", "external id", "name", "e-mail", "plan", "status", "card", "made"],
            empty: search != CustomerSearch()
                ? "No such customers."
                : "No customers yet. One is made on first use, or by: bursar customers create EXTERNAL-ID"
        ) { customer in
            [
                Table.Cell(customer.id.text), Table.Cell(customer.externalID), Table.Cell(customer.name ?? ""),
                Table.Cell(customer.email ?? ""), Table.Cell(customer.plan.map { plans[$0] ?? $0.text } ?? ""),
                Table.Cell(customer.status.rawValue, customer.status == .blocked ? .red : nil),
                Table.Cell(customer.paymentMethod == nil ? "" : "saved"),
                Table.Cell(customer.createdAt.listText),
            ]
        }
    }
}

extension Desk {
    /// What the merchant calls these customers.
    func externalIDs(of customers: [Customer.ID], in tx: Transaction) throws -> [Customer.ID: String] {
        var names: [Customer.ID: String] = [:]
        for id in Set(customers) { names[id] = try tx.customers.find(id)?.externalID }
        return names
    }

    /// The slugs of plans.
    func planNames(_ plans: [Plan.ID], in tx: Transaction) throws -> [Plan.ID: String] {
        var names: [Plan.ID: String] = [:]
        for id in Set(plans) { names[id] = try tx.plans.find(id)?.slug }
        return names
    }
}

/// What may be said of a customer.
struct CustomerTerms: ParsableArguments, Sendable {
    @Option(help: "Name.") var name: String?
    @Option(help: "E-mail address.") var email: String?
    @Option(help: ArgumentHelp("Anything of yours; may be given several times.", valueName: "key=value"))
    var metadata: [String] = []
    @Option(help: ArgumentHelp("The customer at Stripe, for one whom Stripe knows already.", valueName: "cus_…"))
    var stripeCustomer: String?
    @Option(help: ArgumentHelp("Attached to that customer; charged off session.", valueName: "pm_…"))
    var paymentMethod: String?

    @Option(help: "The plan, by slug or id, or `none`.") var plan: String?
    @Option(help: "Where days and months begin: an IANA name, or `none`.") var timeZone: String?
    @Option(help: "Whether usage is paid ahead: true, false, or none for the plan's word.") var prepaid: String?
    @Option(help: "A group of customers who are looked at together, or `none`.") var organization: String?

    func details() throws -> CustomerDetails {
        var details = CustomerDetails(
            name: name, email: email, metadata: metadata.isEmpty ? nil : try pairs(metadata, flag: "--metadata"),
            stripeCustomer: stripeCustomer, paymentMethod: paymentMethod)
        details.plan = field(plan)
        details.timeZone = field(timeZone)
        details.organization = field(organization)
        switch prepaid {
        case nil: break
        case "none": details.prepaid = .clear
        case "true": details.prepaid = .set(true)
        case "false": details.prepaid = .set(false)
        case let text?: throw ValidationError("--prepaid holds \"\(text)\"; it should hold true, false or none")
        }
        return details
    }

    private func field(_ text: String?) -> FieldChange<String> {
        guard let text else { return .keep }
        return text == "none" ? .clear : .set(text)
    }
}

/// `key=value` texts.
func pairs(_ texts: [String], flag: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("\(flag) holds \"\(text)\"; it should hold key=value")
        }
        pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return pairs
}

struct CustomersCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a customer.",
        discussion: "Example:\n  bursar customers create user-17 --name Ada --email ada@example.com")

    @Argument(help: "Your own name for the customer.") var externalID: String
    @OptionGroup(title: "Details") var terms: CustomerTerms
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = NewCustomer(externalID: externalID, details: try terms.details())
        let customer = try await desk.database.write { [merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.customers.create(new, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.customer(customer)) { customer.particulars.text(on: desk.terminal) }
    }
}

struct CustomersShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one customer in full.",
        discussion: "Example:\n  bursar customers show user-17")

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let customer = try await desk.database.read { [customer, merchant] tx in
            try desk.worker.customers.get(customer, account: try merchant.find(at: desk, in: tx), in: tx)
        }
        try desk.show(desk.shapes.customer(customer)) { customer.particulars.text(on: desk.terminal) }
    }
}

struct CustomersUpdate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes a customer; what is not named stays as it is.",
        discussion: "Example:\n  bursar customers update user-17 --email ada@example.org")

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup(title: "Details") var terms: CustomerTerms
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let details = try terms.details()
        let customer = try await desk.database.write { [customer, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.customers.update(customer, details, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.customer(customer)) { customer.particulars.text(on: desk.terminal) }
    }
}

struct CustomersBalance: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "What a customer owes and has: accrued, wallet, frozen, held, pending, paid.",
        discussion: "Example:\n  bursar customers balance user-17")

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (customer, balance) = try await desk.database.read { [customer, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try desk.worker.customers.get(customer, account: account, in: tx)
            return (customer, try desk.worker.customers.balance(of: customer, account: account, in: tx))
        }
        try desk.show(try desk.shapes.balance(balance, of: customer)) {
            var table = Table(["", .number("amount"), "meaning"])
            let given = balance.promotional.isZero ? "" : "; \(desk.currencies.text(balance.promotional)) of it given"
            for (name, money, meaning) in [
                ("accrued", balance.accrued, "used, and neither paid nor in a charge"),
                ("wallet", balance.wallet, "paid ahead\(given)"),
                ("frozen", balance.frozen, "of it what a dispute or a refund under way may take back"),
                ("receivable", balance.receivable, "spent of what was taken back, and not paid again"),
                ("held", balance.held, "set apart for requests in flight"),
                ("pending", balance.pending, "in a charge that has not come to its end"),
                ("paid", balance.paid, "paid by charges so far"),
            ] {
                table.add([Table.Cell(name), Table.Cell(desk.currencies.text(money)), Table.Cell(meaning, .dim)])
            }
            return table.text(on: desk.terminal)
        }
    }
}

extension Customer {
    var particulars: Particulars {
        var text = Particulars()
        text.add("customer", id.text)
        text.add("external id", externalID)
        text.add("name", name)
        text.add("e-mail", email)
        text.add("merchant", account.text)
        text.add("plan", plan?.text)
        text.add("status", blockedReason.map { "\(status.rawValue) (\($0))" } ?? status.rawValue)
        text.add("time zone", timeZone)
        text.add("pays", prepaid.map { $0 ? "ahead" : "afterwards" })
        text.add("organization", organization)
        text.add("at Stripe", stripeCustomer)
        text.add("card", paymentMethod)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { text.add(key, value) }
        text.add("made", createdAt.shortText)
        return text
    }
}
