import Billing
import Testing

@testable import Storage

@Suite struct StatusListTests {
    @Test func `the lists are those of the partial indexes, which landed migrations hold`() {
        let statements = Schema.migrations.reduce(into: [String]()) { $0 += $1.statements }
        let indexes = statements.filter { $0.contains("INDEX") && $0.contains(" IN (") }
        for list in [
            StatusList.openCharges, StatusList.openTopUps, StatusList.openRefunds, StatusList.endedDisputes,
        ] {
            #expect(indexes.contains { $0.contains("IN (\(list))") }, "\(list)")
        }
    }

    @Test func `what has ended is what is not open`() {
        for status in Dispute.Status.allCases {
            #expect(StatusList.endedDisputes.contains("'\(status.rawValue)'") == !status.isOpen)
        }
    }
}
