import Billing
import HTTPTypes
import NIOCore
import Storage
import Worker

/// Carries out a request that changes something, once for each Idempotency-Key.
///
/// Answers of 2xx are remembered, and so are refusals that follow from the state of things (403, 404, 409). What was
/// malformed, and what could not be done just now, is not: the same key may be used again.
struct OnceOnly {
    let worker: BillingWorker
    let call: Call
    let route: Route
    /// The caller's, to seal answers that hold secrets.
    let secret: String

    func answer() async throws -> Answer {
        let key = try route.isIdempotent ? idempotencyKey() : nil
        switch route.work {
        case .writes(let prepare):
            let body = try prepare(call)
            guard let key else { return try await worker.context.database.write(body) }
            return try await write(key, body)
        case .calls(let prepare):
            let body = try prepare(call)
            guard let key else { return try await body() }
            return try await claim(key, body)
        case .reads, .streams, .serves: throw Problem.internalFault
        }
    }

    private func idempotencyKey() throws -> IdempotencyKey? {
        guard let text = call.headers[.idempotencyKey] else { return nil }
        // Two customers may well choose the same key for the same words.
        let scope = call.customerBound?.text ?? call.account?.text ?? "platform"
        let request = "\(route.method.rawValue) \(call.path)"
        return try IdempotencyKey(text, scope: scope, request: request, body: call.meaning)
    }

    private var seal: String? { route.answersSecret ? secret : nil }

    /// Effect and remembered answer in one commit.
    private func write(_ key: IdempotencyKey, _ body: @escaping Work.InTransaction) async throws -> Answer {
        let (idempotency, secret, seal) = (worker.idempotency, secret, seal)
        do {
            return try await worker.context.database.write { tx in
                if let known = try idempotency.find(key, secret: secret, in: tx) { return Self.replay(known) }
                let answer = try body(tx).written
                if Self.isFinal(answer.status) {
                    try idempotency.remember(Self.memory(answer), for: key, seal: seal, in: tx)
                }
                return answer
            }
        } catch {
            guard let refused = try finalRefusal(error) else { throw error }
            return try await worker.context.database.write { tx in
                if let known = try idempotency.find(key, secret: secret, in: tx) { return Self.replay(known) }
                try idempotency.remember(Self.memory(refused), for: key, in: tx)
                return refused
            }
        }
    }

    /// The request is claimed, carried out, and its answer kept; or given up, so that it can be tried again.
    private func claim(_ key: IdempotencyKey, _ body: () async throws -> Answer) async throws -> Answer {
        let (idempotency, secret, seal) = (worker.idempotency, secret, seal)
        let standing = try await worker.context.database.write { tx in
            try idempotency.claim(key, secret: secret, in: tx)
        }
        let claim: IdempotencyClaim
        switch standing {
        case .answered(let known): return Self.replay(known)
        case .claimed(let taken): claim = taken
        }
        do {
            let answer = try await body()
            try await worker.context.database.write { tx in
                try idempotency.finish(claim, with: Self.memory(answer), seal: seal, in: tx)
            }
            return answer
        } catch {
            let refused = try finalRefusal(error)
            try await worker.context.database.write { tx in
                if let refused {
                    try idempotency.finish(claim, with: Self.memory(refused), in: tx)
                } else {
                    try idempotency.release(claim, in: tx)
                }
            }
            guard let refused else { throw error }
            return refused
        }
    }

    /// The answer to an error that the same request would meet again; nil for one to be forgotten.
    private func finalRefusal(_ error: any Error) throws -> Answer? {
        if let conflict = error as? WorkerError, conflict.code.hasPrefix("idempotency_") { return nil }
        let problem = Problem(error)
        guard Self.isFinal(problem.status) else { return nil }
        return problem.answer(requestID: call.requestID, path: call.path)
    }

    /// Whether the same request would be answered the same: what a wallet or a limit refuses now may be let through
    /// once it is filled, or begins anew.
    private static func isFinal(_ status: Int) -> Bool { status < 400 || [403, 404, 409].contains(status) }

    private static func memory(_ answer: Answer) -> RememberedAnswer {
        RememberedAnswer(status: answer.status, body: Array(answer.body.readableBytesView))
    }

    private static func replay(_ known: RememberedAnswer) -> Answer {
        Answer.remembered(status: known.status, body: known.body).with(.idempotentReplayed, "true")
    }
}
