import Billing
import HTTPTypes
import Ledger
import NIOCore
import Storage
import Worker

extension Problem {
    /// What an error means to the client. What is nobody's mistake but ours is a 500, and says nothing else.
    init(_ error: any Error) {
        self =
            switch error {
            case let problem as Problem: problem
            case let error as WorkerError: Problem(worker: error)
            case let error as StorageError: Problem(storage: error)
            case let error as BillingError: .invalid(error.code, error.detail)
            case let error as LedgerError: .invalid(error.code, "an amount does not fit the books")
            case is NIOTooManyBytesError: Problem(413, "body_too_large", "The body is too large", detail: "send less")
            default: .internalFault
            }
    }

    private init(worker error: WorkerError) {
        let (status, title): (Int, String) =
            switch error.kind {
            case .invalid: (400, "The request is not valid")
            case .notFound: (404, "There is no such thing here")
            case .conflict: (409, "The present state does not allow it")
            case .unauthenticated: (401, "A valid key is needed")
            case .forbidden: (403, "This is not allowed")
            case .unavailable: (503, "Bursar cannot do this right now")
            case .indeterminate: (504, "The outcome is not known yet")
            }
        self.init(status, error.code, title, detail: error.detail, field: error.field.flatMap { $0.isEmpty ? nil : $0 })
        if status == 401 { headers[.wwwAuthenticate] = Problem.challenge }
        if status >= 500 { headers[.retryAfter] = "1" }
    }

    private init(storage error: StorageError) {
        self =
            switch error.kind {
            case .unavailable: .databaseUnavailable
            case .indeterminate: .outcomeUnknown
            case .rejected where error.constraint?.kind == .unique:
                Problem(
                    409, "already_exists", "The present state does not allow it",
                    detail: "another request made the same thing at this moment; look before trying again")
            case .rejected: .internalFault
            }
    }
}
