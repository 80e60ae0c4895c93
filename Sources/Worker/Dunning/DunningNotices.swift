import Billing
import Ledger
import Logging
import Storage

import struct Billing.Charge

/// Tells where alerts are read how a charge is doing, in the commit in which it happens: once for each try and kind.
struct DunningNotices {
    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction

    func tell(_ kind: Alert.Kind, _ charge: Charge, of attempt: ChargeAttempt) throws {
        let code = kind == .chargeGivenUp ? charge.dunning.endReason?.rawValue : attempt.code
        let notice = ChargeNotice(
            charge: charge.id, reason: code, url: Charging(context: context).paymentPage(of: charge))
        let planned = DunningRule(account.terms.inForce.dunning).plannedAttempts
        let alert = Alert(
            id: .make(context.seams), account: account.id, customer: charge.customer, apiKey: nil, kind: kind,
            measure: charge.id.text, percent: 0, periodStart: attempt.at, used: Int64(attempt.number),
            cap: Int64(planned), charge: notice, createdAt: context.now)
        guard try tx.alerts.insert(alert) else { return }
        context.logger.notice(
            "alert",
            metadata: [
                "alert": "\(alert.id)", "kind": "\(kind.rawValue)", "charge": "\(charge.id)",
                "subject": "\(alert.subject)", "attempt": "\(attempt.number)", "reason": "\(code ?? "")",
            ])
    }
}
