import Foundation
import Ledger
import Storage
import Stripe
import Worker

/// What `bursar doctor` looks at, in order. Nothing is changed, here or at Stripe.
struct Doctor: Sendable {
    let workplace: Workplace

    typealias Examine = @Sendable () async throws -> [Diagnosis]

    var examinations: [(name: String, examine: Examine)] {
        [
            ("the database", database), ("the disk", disk), ("the books", books),
            ("the reconciliation", reconciliation), ("the queues", queues), ("Stripe", stripe),
            ("Stripe's webhook endpoints", endpoints), ("the public address", publicAddress),
        ]
    }

    private func database() async throws -> [Diagnosis] {
        let accounts = try await workplace.database.read { tx in try workplace.worker.accounts.list(limit: 100, in: tx)
        }
        let count = accounts.count == 100 ? "100 or more" : "\(accounts.count)"
        let merchants = accounts.count == 1 ? "1 merchant" : "\(count) merchants"
        return [Diagnosis("database", .good, "\(workplace.settings.database) opens, \(merchants)")]
    }

    private func disk() async -> [Diagnosis] {
        let folder = URL(fileURLWithPath: databasePath(workplace.settings.database)).deletingLastPathComponent().path
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return [Diagnosis("disk", .unchecked, "the system does not say how much is free in \(folder)")]
        }
        let mebibytes = free >> 20
        let verdict: Diagnosis.Verdict = mebibytes < 64 ? .bad : mebibytes < 1_024 ? .warning : .good
        return [Diagnosis("disk", verdict, "\(mebibytes) MiB are free in \(folder)")]
    }

    private func books() async throws -> [Diagnosis] {
        let report = try await workplace.worker.books.check()
        guard let first = report.findings.first else {
            return [Diagnosis("books", .good, "\(report.rowsRead) rows agree with each other")]
        }
        return [
            Diagnosis(
                "books", .bad,
                "\(report.findingsCounted) findings, the first: \(first.row): \(first.detail); `bursar ledger check`"
            )
        ]
    }

    /// The last one over all accounts; none is started.
    private func reconciliation() async throws -> [Diagnosis] {
        let worker = workplace.worker
        guard let run = try await workplace.database.read({ tx in try worker.reconciliation.latest(in: tx) }) else {
            return [Diagnosis("reconciliation", .warning, "none has run yet; `bursar serve` runs one a day")]
        }
        let rows = run.summary.discrepancies + run.foundSince
        let hours = (worker.context.now.secondsSince1970 - run.record.startedAt.secondsSince1970) / 3_600
        let when = "begun \(run.record.startedAt.shortText)"
        if rows > 0 {
            return [Diagnosis("reconciliation", .bad, "\(rows) rows differ, \(when); `bursar reconcile` lists them")]
        }
        switch run.record.status {
        case .running: return [Diagnosis("reconciliation", .good, "under way, \(when)")]
        case .clean where hours < 36: return [Diagnosis("reconciliation", .good, "unexplained micros: 0, \(when)")]
        case .clean:
            return [Diagnosis("reconciliation", .warning, "none for \(hours) hours; does `bursar serve` run?")]
        case .incomplete, .discrepancies:
            return [Diagnosis("reconciliation", .warning, "not everything could be compared, \(when)")]
        }
    }

    private func queues() async throws -> [Diagnosis] {
        let (events, commands, parked) = try await workplace.database.read { tx in
            (try tx.inbox.backlog(), try tx.outbox.backlog(), try tx.inbox.parkedCount())
        }
        let now = workplace.worker.context.now
        var diagnoses = [("webhooks", events), ("commands to Stripe", commands)].map { name, backlog in
            let age = backlog.oldest.map { now.secondsSince1970 - $0.secondsSince1970 } ?? 0
            let text = backlog.count == 0 ? "none waits" : "\(backlog.count) wait, the oldest for \(age) s"
            return Diagnosis(name, age > 600 ? .warning : .good, text + (age > 600 ? "; does `bursar serve` run?" : ""))
        }
        if parked > 0 {
            diagnoses.append(
                Diagnosis("webhooks", .warning, "\(parked) are parked; see `bursar webhooks list --state parked`"))
        }
        return diagnoses
    }

    // MARK: Stripe

    private func stripe() async -> [Diagnosis] {
        guard let access = workplace.worker.context.stripe else {
            return [Diagnosis("stripe key", .warning, "not set; nothing is charged")]
        }
        do {
            let answer = try await access.client.answer(to: Balance.retrieve(in: .platform))
            return [mode(answer.value.livemode, access), clock(answer.raw.serverSeconds)]
        } catch {
            return [fault("stripe key", error)]
        }
    }

    private func mode(_ livemode: Bool, _ access: StripeAccess) -> Diagnosis {
        let name = livemode ? "live" : "test"
        guard livemode == access.livemode else {
            return Diagnosis("stripe key", .bad, "the key's prefix and Stripe disagree: Stripe says \(name) mode")
        }
        return Diagnosis("stripe key", .good, "works, \(name) mode, API \(access.client.apiVersion)")
    }

    /// A webhook is refused when its signature is older than 300 s by our clock.
    private func clock(_ stripeSeconds: Int64?) -> Diagnosis {
        guard let stripeSeconds else { return Diagnosis("clock", .unchecked, "Stripe's answer has no Date") }
        let ahead = workplace.worker.context.now.secondsSince1970 - stripeSeconds
        let text =
            abs(ahead) <= 2 ? "agrees with Stripe's" : "\(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") Stripe's"
        let verdict: Diagnosis.Verdict = abs(ahead) <= 10 ? .good : abs(ahead) < 120 ? .warning : .bad
        return Diagnosis("clock", verdict, text + (verdict == .good ? "" : "; is the time service running?"))
    }

    private func endpoints() async -> [Diagnosis] {
        guard workplace.worker.context.stripe != nil else { return [] }
        do {
            let isStripe = workplace.settings.stripe?.apiBase == StripeClient.defaultAPIBase
            return try await workplace.worker.webhookEndpoints.look().flatMap { $0.diagnoses(isStripe: isStripe) }
        } catch {
            return [Diagnosis("webhook endpoints", .unchecked, Failure(error).detail)]
        }
    }

    private func fault(_ check: String, _ error: StripeError) -> Diagnosis {
        guard error.kind == .rejected else {
            return Diagnosis(
                check, .unchecked,
                "\(workplace.settings.stripe?.apiBase ?? "Stripe") does not answer (\(error.code.rawValue))")
        }
        return Diagnosis(check, .bad, "Stripe refuses: \(error.details.message ?? error.code.rawValue)")
    }

    private func publicAddress() async -> [Diagnosis] {
        let url = "\(workplace.settings.publicURL)/healthz"
        do {
            let answer = try await workplace.transport.send(
                HTTPRequest(method: .get, url: url, timeoutMilliseconds: 5_000))
            let isOurs = answer.status == 200
            return [Diagnosis("public address", isOurs ? .good : .bad, "\(url) answers \(answer.status)")]
        } catch {
            return [Diagnosis("public address", .warning, "\(url) does not answer from here; does `bursar serve` run?")]
        }
    }
}
