import Billing
import Ledger
import Storage

/// A report with what can be told of it without the database. It is found out by the caller's own thread: the one that
/// writes is the scarce one. A class, as its many texts would be counted anew with each copy.
public final class CheckedReport: Sendable {
    let report: UsageReport
    /// Why it cannot be true.
    let fault: WorkerError?
    /// Why it comes too late or too early, unless it is known already: that holds for ever.
    let timeFault: WorkerError?
    /// Of the event, should it be accepted.
    let id: UsageEvent.ID

    init(_ report: UsageReport, fault: WorkerError?, timeFault: WorkerError?, id: UsageEvent.ID) {
        self.report = report
        self.fault = fault
        self.timeFault = timeFault
        self.id = id
    }
}

extension Metering {
    /// To be called outside of the transaction that records them.
    public func check(_ reports: [UsageReport]) -> [CheckedReport] {
        let check = UsageCheck(now: context.now)
        return reports.map { report in
            var (fault, timeFault): (WorkerError?, WorkerError?)
            do throws(WorkerError) { try check.checkContent(report) } catch { fault = error }
            do throws(WorkerError) { try check.checkTime(report) } catch { timeFault = error }
            return CheckedReport(report, fault: fault, timeFault: timeFault, id: .make(context.seams))
        }
    }
}

/// An event on its way into the books: all is known of it but its price, which may depend on the events
/// before it in the same request.
final class UsageCandidate {
    let report: UsageReport
    let id: UsageEvent.ID
    let key: ApiKey?
    let tab: CustomerTab
    let time: Instant
    /// The moment by which it counts: its time, or when it came if its month was closed by then.
    let countedAt: Instant
    let isLate: Bool
    /// What the event says of itself.
    let ownLabels: UsageLabels
    /// What it is counted under.
    let labels: UsageLabels

    /// - Parameter now: when it came.
    init(_ checked: CheckedReport, key: ApiKey?, tab: CustomerTab, at time: Instant, now: Instant) {
        report = checked.report
        id = checked.id
        self.key = key
        self.tab = tab
        self.time = time
        (countedAt, isLate) = tab.counting(time, now: now)
        ownLabels = UsageLabels(
            provider: report.provider, model: report.model, feature: report.feature, action: report.action,
            product: report.product, organization: report.organization, key: key?.id.text)
        labels = tab.counted(ownLabels)
    }
}
