import Billing
import Ledger
import Storage

/// A report with what can be told of it without the database. It is found out by the caller's own thread: the one that
/// writes is the scarce one.
public struct CheckedReport: Sendable {
    let report: UsageReport
    /// Why it cannot be true.
    let fault: WorkerError?
    /// Of the event, should it be accepted.
    let id: UsageEvent.ID
}

extension Metering {
    /// To be called outside of the transaction that records them.
    public func check(_ reports: [UsageReport]) -> [CheckedReport] {
        let check = UsageCheck(now: context.now)
        return reports.map { report in
            var fault: WorkerError?
            do throws(WorkerError) { try check.check(report) } catch { fault = error }
            return CheckedReport(report: report, fault: fault, id: .make(context.seams))
        }
    }
}

/// An event on its way into the books: all is known of it but what the events before it in the same request leave.
struct UsageCandidate {
    let report: UsageReport
    let id: UsageEvent.ID
    let key: ApiKey?
    let tab: CustomerTab
    let time: Instant
    /// The moment by which it counts: its time, or when it came if its month was closed by then.
    let countedAt: Instant
    let rated: Rated

    /// What the event says of itself.
    var ownLabels: UsageLabels {
        UsageLabels(
            provider: report.provider, model: report.model, feature: report.feature, action: report.action,
            product: report.product, organization: report.organization, key: key?.id.text)
    }

    /// What it is counted under.
    var labels: UsageLabels { tab.counted(ownLabels) }
}
