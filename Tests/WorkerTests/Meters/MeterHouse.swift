import Billing
import Foundation
import Ledger
import Storage
import Testing

import struct Billing.Customer
import struct Billing.Product

@testable import Worker

/// A house with one merchant who sells by meters. The account is read anew for each act, as every route does.
struct MeterHouse {
    let house: TestHouse
    let id: ConnectedAccount.ID
    /// Two processes on one database.
    private let workers: [BillingWorker]

    init(seed: UInt64 = 1, zone: String = "UTC") async throws {
        house = try await TestHouse(seed: seed)
        var account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        account.terms.timeZone = zone
        account.terms.creditValues = try CreditUnit([
            .init(from: #require(CivilDate("2026-01-01")), micros: 10_007),
            .init(from: #require(CivilDate("2026-12-10")), micros: 333),
        ])
        try await house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        id = account.id
        workers = [house.worker, house.restarted()]
    }

    /// Around what there is already.
    init(house: TestHouse, of id: ConnectedAccount.ID) {
        self.house = house
        self.id = id
        workers = [house.worker, house.restarted()]
    }

    func act<Answer: Sendable>(
        by process: Int = 0, _ body: @escaping @Sendable (BillingWorker, ConnectedAccount, Transaction) throws -> Answer
    ) async throws -> Answer {
        try await house.database.write { [worker = workers[process], id] tx in
            try body(worker, try worker.accounts.get(id, in: tx), tx)
        }
    }

    @discardableResult
    func meter(_ slug: String, _ rule: MeterRule) async throws -> Meter {
        try await act { try $0.meters.create(NewMeter(slug: slug, rule: rule), account: $1, by: .commandLine, in: $2) }
    }

    @discardableResult
    func product(_ slug: String, _ metrics: String) async throws -> Product {
        let tree = try Self.tree(metrics)
        return try await act {
            try $0.products.create(NewProduct(slug: slug, metrics: tree), account: $1, by: .commandLine, in: $2)
        }
    }

    func record(_ reports: [UsageReport], by process: Int = 0) async throws -> [UsageVerdict] {
        try await act(by: process) { try $0.metering.record(reports, account: $1, in: $2) }
    }

    /// The price, or the code and the field of the refusal.
    func record(_ report: UsageReport) async throws -> String {
        switch try await record([report])[0] {
        case .accepted(let event), .duplicate(let event): "\(event.priceMicros)"
        case .rejected(let error): "\(error.code) \(error.field ?? "")"
        }
    }

    func correct(_ event: UsageEvent.ID, by process: Int = 0) async throws -> UsageEvent {
        try await act(by: process) {
            try $0.metering.correct(event, NewCorrection(reason: "a test"), account: $1, by: .commandLine, in: $2)
        }
    }

    func read(_ slug: String, _ query: MeterQuery, of customer: String? = nil) async throws -> [MeterFigure] {
        try await act { worker, account, tx in
            var query = query
            query.customer = try customer.map { try worker.customers.get($0, account: account, in: tx) }
            let meter = try worker.meters.get(slug, account: account.id, in: tx)
            return try worker.meterReadings.read(meter, query, account: account, in: tx)
        }
    }

    func setZone(_ name: String) async throws {
        var change = AccountChange()
        change.terms = .set(.object(["time_zone": .text(name)]))
        try await act { [change] in _ = try $0.accounts.update($1.id, change, by: .commandLine, in: $2) }
    }

    static func tree(_ json: String) throws -> JSONTree {
        try JSONDecoder().decode(JSONTree.self, from: Data(json.utf8))
    }
}

extension UsageReport {
    /// A use of a product.
    static func of(
        _ product: String?, _ id: String, by customer: String = "ada", _ quantities: [String: Int64] = [:],
        time: Instant? = nil
    ) throws -> UsageReport {
        var amounts = Quantities.none
        for (unit, number) in quantities { amounts[try UsageUnit(unit)] = try Quantity(whole: number) }
        var report = UsageReport(eventID: id, customer: customer, time: time, quantities: amounts)
        report.product = product
        return report
    }
}
