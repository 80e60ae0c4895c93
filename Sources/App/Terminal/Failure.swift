import ArgumentParser
import Billing
import Ledger
import Storage
import Stripe
import Worker

/// Why a command did not do what it was asked: said in one line on standard error, with what to do next.
struct Failure: Error, Hashable, Sendable {
    let status: ExitStatus
    /// Stable, as in the HTTP API.
    let code: String
    let detail: String

    static func rejected(_ code: String, _ detail: String) -> Failure {
        Failure(status: .rejected, code: code, detail: detail)
    }

    static func finding(_ code: String, _ detail: String) -> Failure {
        Failure(status: .finding, code: code, detail: detail)
    }
}

/// Runs `work`; what it throws is told on `terminal` and becomes the exit status.
func reportingFailures(on terminal: Terminal, _ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let status as ExitCode {
        throw status
    } catch let usage as ValidationError {
        // Thrown on, it would be told with the usage of `bursar` itself, as the command line was read already.
        terminal.report(Failure(status: .usage, code: "usage", detail: usage.message))
        throw ExitStatus.usage.code
    } catch {
        let failure = Failure(error)
        terminal.report(failure)
        throw failure.status.code
    }
}

extension Failure {
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SettingsError:
            self.init(status: .settings, code: "wrong_setting", detail: error.description)
        case let error as StorageError: self.init(storage: error)
        case let error as WorkerError: self.init(worker: error)
        case let error as TransportError:
            self.init(
                status: .unavailable, code: "stripe_unavailable",
                detail: "Stripe cannot be reached (\(error.reason)); check the network and BURSAR_STRIPE_API_BASE")
        case let error as BillingError:
            self.init(status: .rejected, code: error.code, detail: commandsForRoutes(in: error.detail))
        case let error as LedgerError:
            self.init(status: .fault, code: error.code, detail: error.description)
        default:
            self.init(status: .fault, code: "fault", detail: "an unexpected error of type \(type(of: error))")
        }
    }

    private init(worker error: WorkerError) {
        let status: ExitStatus =
            switch error.kind {
            case .invalid, .notFound, .conflict, .forbidden, .unauthenticated: .rejected
            case .unavailable: .unavailable
            case .indeterminate: .indeterminate
            }
        let place = error.kind == .notFound ? Self.lists.first { error.detail.hasSuffix($0.what) } : nil
        let hint = place.map { "; `bursar \($0.command)` shows those that there are" } ?? ""
        self.init(status: status, code: error.code, detail: commandsForRoutes(in: error.detail) + hint)
    }

    /// Where to look for what was not found.
    private static let lists = [
        (what: "account", command: "accounts list"), (what: "customer", command: "customers list"),
        (what: "charge", command: "charges list"), (what: "usage event", command: "usage list CUSTOMER"),
        (what: "event", command: "webhooks list"),
        (what: "key", command: "accounts keys list"),
    ]

    private init(storage error: StorageError) {
        let next =
            switch "\(error.code)" {
            case "locked": "another process holds the database; try again in a moment"
            case "full": "the disk is full; make room and try again, nothing was lost"
            case "cannot_open": "check BURSAR_DATABASE, and that its folder is yours"
            case "not_ours": "check BURSAR_DATABASE"
            case "newer": "a newer Bursar has written this database; install that version"
            case "sync_failed":
                "what was acknowledged is safe; look at the disk and the kernel's log, then start Bursar again"
            case "corrupt": "restore the database from a copy, and run `bursar ledger check`"
            default: "check that the disk has room and works, and try again"
            }
        let status: ExitStatus =
            switch error.kind {
            case .rejected where "\(error.code)" == "not_ours": .settings
            case .rejected: .fault
            case .unavailable: .unavailable
            case .indeterminate: .indeterminate
            }
        self.init(status: status, code: "database_\(error.code)", detail: "\(error.description); \(next)")
    }
}

extension Terminal {
    private struct Problem: Encodable {
        let code: String
        let detail: String
    }

    func report(_ failure: Failure) {
        let problem = Problem(code: failure.code, detail: failure.detail)
        if json, let text = try? prettyJSON(problem) { return remark(text) }
        remark("\(style("bursar:", .red)) \(failure.detail)")
    }
}
