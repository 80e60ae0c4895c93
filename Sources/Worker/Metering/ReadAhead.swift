import Billing
import Ledger
import Storage

/// What the reports of a request will ask for, read many rows at a statement before the first of them is judged. It
/// saves time and decides nothing: what is not here is read when it is needed.
struct ReadAhead {
    private let tx: Transaction
    /// By external id.
    private var customers: [String: Customer] = [:]
    private var read: Set<Customer.ID> = []
    private var carries: [Customer.ID: Carries] = [:]
    private var lots: [Customer.ID: [WalletLot]] = [:]
    private var plans: [Plan.ID: Plan] = [:]
    /// By source, what was asked for and what of it there is.
    private var names: [String: (asked: Set<String>, known: Set<String>)] = [:]

    init(_ reports: [UsageReport], account: ConnectedAccount, journal: JournalSheet, in tx: Transaction) throws {
        self.tx = tx
        guard reports.count > 1 else { return }
        for (source, reports) in Dictionary(grouping: reports, by: \.source) {
            let asked = Set(reports.map(\.eventID))
            names[source] = (asked, try tx.usage.known(Array(asked), source: source, account: account.id))
        }
        let externalIDs = Set(reports.lazy.map(\.customer).filter { !$0.isEmpty && Customer.ID($0) == nil })
        for customer in try tx.customers.find(externalIDs: Array(externalIDs), account: account.id) {
            customers[customer.externalID] = customer
            read.insert(customer.id)
        }
        let ids = Array(read)
        carries = try tx.carries.get(ids)
        lots = try tx.wallets.filled(of: ids)
        try journal.read(.accrued, of: ids.map(\.text), book: account.book)
    }

    /// - Returns: `nil` where it is not known whether there is one.
    func customer(_ externalID: String) -> Customer? { customers[externalID] }

    /// Whether the account is known to have no event of that name.
    func isNew(_ report: UsageReport) -> Bool {
        guard let (asked, known) = names[report.source] else { return false }
        return asked.contains(report.eventID) && !known.contains(report.eventID)
    }

    func carries(of customer: Customer.ID) throws -> Carries {
        try read.contains(customer) ? carries[customer] ?? .zero : tx.carries.get(customer)
    }

    /// Those that hold anything.
    func lots(of customer: Customer.ID) throws -> [WalletLot] {
        try read.contains(customer) ? lots[customer] ?? [] : tx.wallets.filled(of: customer)
    }

    mutating func plan(of customer: Customer) throws -> Plan? {
        guard let id = customer.plan else { return nil }
        if let known = plans[id] { return known }
        let plan = try Party.plan(of: customer, in: tx)
        plans[id] = plan
        return plan
    }
}
