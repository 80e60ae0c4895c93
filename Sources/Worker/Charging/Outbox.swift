public import Billing
import Ledger
import Logging
import Storage
import Stripe

public import struct Billing.Charge
public import struct Billing.Refund

/// Sends what was written down. A command keeps its idempotency key through every repeat; a timeout is not a failure,
/// and Stripe is asked for the payment before it is sent a second time.
public struct Outbox: Sendable {
    let context: WorkerContext

    /// Works off one command, whichever is due longest, or the one of `charge` or of `refund`.
    /// - Returns: `false` when none is due.
    /// - Throws: only what the database says; what Stripe says is written to the command.
    public func step(charge: Charge.ID? = nil, refund: Refund.ID? = nil) async throws -> Bool {
        guard let stripe = context.stripe else { return false }
        let now = context.now
        let leaseEnd = now.adding(seconds: context.policy.leaseSeconds)
        let claimed = try await context.database.write { tx in
            let command = try tx.outbox.claim(at: now, leaseEnd: leaseEnd, charge: charge, refund: refund)
            if let command { try tx.outbox.markSent(command.id, at: now) }
            return command
        }
        guard let command = claimed else { return false }
        if let firstSent = command.firstSentAt {
            let isOld = firstSent.adding(seconds: context.policy.keyTrustSeconds) <= now
            try await sendAgain(command, stripe, isOld: isOld)
        } else {
            try await send(command, stripe)
        }
        return true
    }

    /// How old a key is only our own clock says, and it may have been set back meanwhile. So what makes a payment or a
    /// refund is looked for before it is sent again: the key guards against what Stripe is doing at this moment, the
    /// look against what the key has outlived.
    private func sendAgain(_ command: OutboxCommand, _ stripe: StripeAccess, isOld: Bool) async throws {
        switch command.kind {
        case _ where isOld: try await lookUp(command, stripe, otherwise: .renew)
        case .pay, .topUp, .refund: try await lookUp(command, stripe, otherwise: .sendAgain)
        case .payAgain, .cancel: try await send(command, stripe)
        }
    }

    private func send(_ command: OutboxCommand, _ stripe: StripeAccess) async throws {
        do {
            let raw = try await stripe.client.send(try FrozenRequest.request(command.request))
            if case .refund = command.subject {
                try await finish(command, with: try raw.decoded(as: Stripe.Refund.self))
            } else {
                try await finish(command, with: try raw.decoded(as: Stripe.PaymentIntent.self))
            }
        } catch let error as StripeError {
            context.logger.info(
                "Stripe did not accept a command",
                metadata: [
                    "command": "\(command.id)", "kind": "\(error.kind.rawValue)", "code": "\(error.code.rawValue)",
                    "stripe_request": "\(error.details.requestID ?? "")",
                ])
            try await answer(error, to: command, stripe)
        }
    }

    private func answer(_ error: StripeError, to command: OutboxCommand, _ stripe: StripeAccess) async throws {
        switch (error.kind, error.code) {
        case (.rejected, .cardError):
            if let intent = error.details.paymentIntent {
                try await finish(command, with: intent)
            } else {
                try await lookUp(command, stripe, otherwise: .refuse(error.reason))
            }
        // The key, or the access to the account, is the operator's or the merchant's affair: the payment itself is not
        // refused.
        case (.rejected, .apiKeyInvalid), (.rejected, .accountInvalid), (.rejected, .permissionDenied):
            try await postpone(command, error.code.rawValue)
        case (.rejected, _) where error.shouldRetry == true: try await postpone(command, error.code.rawValue)
        case (.rejected, _): try await lookUp(command, stripe, otherwise: .refuse(error.reason))
        // Stripe replays a 500 that it once gave to a key for as long as it keeps the key.
        case (.indeterminate, _) where error.isReplayed: try await lookUp(command, stripe, otherwise: .renewWhenSettled)
        case (.indeterminate, _), (.unavailable, _): try await postpone(command, error.code.rawValue)
        }
    }

    // MARK: Looking the payment up

    private enum Otherwise: Sendable {
        /// Stripe has said no, and there is no payment: the charge is over.
        case refuse(String)
        /// There is no payment, and the old key is worth nothing: start with a new one.
        case renew
        /// As `renew`, but only once Stripe has had time to show a payment that it was still making.
        case renewWhenSettled
        /// Under the same key, which still protects.
        case sendAgain

        var keepsKey: Bool { if case .sendAgain = self { true } else { false } }
    }

    private func lookUp(_ command: OutboxCommand, _ stripe: StripeAccess, otherwise: Otherwise) async throws {
        do {
            if case .refund(let id) = command.subject {
                let found = try await RefundLookup(context: context, stripe: stripe).find(command, id)
                if let found { return try await finish(command, with: found) }
                return try await settle(command, found: nil, otherwise)
            }
            let found = try await PaymentLookup(context: context, stripe: stripe).find(command)
            try await settle(command, found: found, otherwise)
        } catch let error as StripeError {
            try await postpone(command, "lookup_\(error.code.rawValue)")
        }
    }

    private func settle(_ command: OutboxCommand, found: Stripe.PaymentIntent?, _ otherwise: Otherwise) async throws {
        if let found, found.tells(of: command.kind) { return try await finish(command, with: found) }
        // It was made and never tried: another one is not made, and trying again confirms this one.
        if let found, command.kind == .pay || command.kind == .topUp, !otherwise.keepsKey {
            return try await refuse(command, found: found, reason: "processing_error")
        }
        switch otherwise {
        case .refuse(let reason): try await refuse(command, found: found, reason: reason)
        case .renew: try await renew(command)
        case .sendAgain: try await send(command, try context.requireStripe())
        case .renewWhenSettled:
            let sentAt = command.firstSentAt ?? context.now
            if sentAt.adding(seconds: Self.settlingSeconds) <= context.now {
                try await renew(command)
            } else {
                try await postpone(command, "replayed_error")
            }
        }
    }

    /// So long after a failed request an unfinished payment would have appeared in Stripe's list.
    static let settlingSeconds: Int64 = 600

    // MARK: What is written

    private func finish(_ command: OutboxCommand, with intent: Stripe.PaymentIntent) async throws {
        try await finish(command) { [context] tx in
            switch command.subject {
            case .charge(let id):
                guard let charge = try tx.charges.find(id) else { return }
                try PaymentOutcome(context: context, tx: tx).apply(intent, to: charge)
            case .topUp(let id): try TopUpOutcome(context: context, tx: tx).apply(intent, to: id)
            case .refund: return
            }
        }
    }

    private func finish(_ command: OutboxCommand, with refund: Stripe.Refund) async throws {
        try await finish(command) { [context] tx in
            guard let id = command.refund, let known = try tx.refunds.find(id),
                let owner = try PaymentOwner.find(known.payment, in: tx)
            else { return }
            try RefundOutcome(context: context, tx: tx).apply(refund, to: owner)
        }
    }

    /// Closes the command and writes what its answer comes to, in one commit.
    private func finish(
        _ command: OutboxCommand, _ apply: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        do {
            try await context.database.write { tx in
                guard try tx.outbox.close(command.id, as: .done) else { return }
                try apply(tx)
            }
        } catch let error as StorageError where error.kind != .rejected {
            throw error
        } catch {
            try await park(command, error)
        }
    }

    /// The answer contradicts the books. Sending the command again would not help, and would not be noticed.
    private func park(_ command: OutboxCommand, _ error: any Error) async throws {
        let code = (error as? WorkerError)?.code ?? "not_posted"
        context.logger.error(
            "Stripe's answer contradicts the books",
            metadata: [
                "command": "\(command.id)",
                "of": "\(command.charge?.text ?? command.topUp?.text ?? command.refund?.text ?? "")", "code": "\(code)",
            ])
        try await context.database.write { tx in
            try tx.outbox.park(command.id, error: code)
            switch command.subject {
            case .charge(let id):
                guard var charge = try tx.charges.find(id) else { return }
                charge.reason = code
                try tx.charges.update(charge)
            case .topUp(let id):
                guard var topUp = try tx.topUps.find(id) else { return }
                topUp.reason = code
                try tx.topUps.update(topUp)
            case .refund(let id):
                guard var refund = try tx.refunds.find(id) else { return }
                refund.failureReason = code
                try tx.refunds.update(refund)
            }
        }
    }

    private func refuse(_ command: OutboxCommand, found: Stripe.PaymentIntent?, reason: String) async throws {
        try await context.database.write { [context] tx in
            guard try tx.outbox.close(command.id, as: .done) else { return }
            if case .topUp(let id) = command.subject {
                return try TopUpOutcome(context: context, tx: tx).refuse(id, found: found, reason: reason)
            }
            if case .refund(let id) = command.subject {
                return try RefundOutcome(context: context, tx: tx).refuse(id, reason: reason)
            }
            guard let id = command.charge, var charge = try tx.charges.find(id) else { return }
            let outcome = PaymentOutcome(context: context, tx: tx)
            guard !charge.status.isFinal else { return }
            if let found {
                charge = try outcome.apply(found, to: charge)
                guard charge.status == .pending, found.status != .processing else { return }
                try outcome.fail(charge, reason: reason)
            } else {
                _ = try outcome.end(charge, as: .canceled, reason: reason)
            }
        }
    }

    private func renew(_ command: OutboxCommand) async throws {
        let id = OutboxCommand.ID.make(context.seams)
        let request = try FrozenRequest.request(command.request).renewed(idempotencyKey: id.text)
        let successor = OutboxCommand(
            id: id, account: command.account, subject: command.subject, kind: command.kind,
            request: try FrozenRequest.text(request), createdAt: context.now)
        try await context.database.write { tx in try tx.outbox.replace(command.id, with: successor) }
    }

    private func postpone(_ command: OutboxCommand, _ error: String) async throws {
        let next = context.now.adding(milliseconds: Backoff.milliseconds(attempts: command.attempts, context.seams))
        try await context.database.write { tx in try tx.outbox.retry(command.id, at: next, error: error) }
    }
}

extension Stripe.PaymentIntent {
    /// Whether how the payment stands shows what came of a command, without its answer.
    fileprivate func tells(of kind: OutboxCommand.Kind) -> Bool {
        switch (kind, status) {
        case (_, .succeeded), (_, .canceled): true
        case (.pay, .requiresAction), (.pay, .processing), (.payAgain, .requiresAction), (.payAgain, .processing): true
        case (.topUp, .requiresAction), (.topUp, .processing): true
        case (.pay, _), (.topUp, _): lastPaymentError != nil
        default: false
        }
    }
}

extension StripeError {
    /// Stripe's most particular word for why it refused.
    var reason: String { PaymentObservation.declineCode(details.code ?? details.type, details.declineCode) }
}
