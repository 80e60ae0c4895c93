import Config
import Foundation
import Ledger
import Testing

/// `Config/chart-of-accounts.json` is for accountants; the code is what is done. They must say the same.
@Suite struct ChartOfAccountsTests {
    private struct Account: Decodable {
        let `class`: String
        let kept_for: String
        let floor: String
        let meaning: String
    }

    private func chart() throws -> [String: Account] {
        try JSONDecoder().decode([String: Account].self, from: Data(Config.chartOfAccounts))
    }

    @Test func `the chart lists every kind of account and no other`() throws {
        #expect(try Set(chart().keys) == Set(LedgerAccount.Kind.allCases.map(\.rawValue)))
    }

    @Test(arguments: LedgerAccount.Kind.allCases)
    func `the chart gives each kind its class, its keeper, its floor and a meaning`(kind: LedgerAccount.Kind) throws {
        let account = try #require(try chart()[kind.rawValue])
        let floor =
            switch kind.floor {
            case .none: "none"
            case .neverBelowZero: "never_below_zero"
            case .neverAboveZero: "never_above_zero"
            }
        #expect(account.class == kind.class.rawValue)
        #expect(account.kept_for == (kind.isKeptForEachCustomer ? "customer" : "book"))
        #expect(account.floor == floor)
        #expect(account.meaning.count > 20 && account.meaning.hasSuffix("."))
    }
}
