extension Sabotage {
    static let moneyBack = [
        Sabotage(
            "no more is refunded than was paid", "Worker/MoneyBack/Refunds", "(1...left).contains(amount)",
            .instead("true"), caughtBy: "RefundTests"),
        Sabotage(
            "a refund takes what is left in its own write", "Storage/Stores/RefundStore",
            " AND refunded <= amount - $2", .text(""), caughtBy: "RefundTests"),
        Sabotage(
            "what a bank is deciding on is not refunded", "Worker/MoneyBack/Refunds",
            "first(where: { $0.barsRefunds })", .written("first(where: { $0.barsRefunds && !SABOTAGED })"),
            caughtBy: "RefundTests|DisputeTests"),
        Sabotage(
            "a refund has the amount in the books", "Worker/MoneyBack/RefundOutcome", "told.amount == refund.amount",
            .instead("true"), caughtBy: "RefundTests"),
        Sabotage(
            "a refund that has failed is void", "Billing/Refund", "case (.failed, _), (.canceled, _): self",
            .written("case (.failed, _), (.canceled, _): SABOTAGED ? next : self"), caughtBy: "MoneyBackStatusTests"),
        Sabotage(
            "a failed refund's money comes back", "Worker/MoneyBack/RefundOutcome",
            "if refund.status.isVoid {\n                try reversal",
            .written("if refund.status.isVoid, !SABOTAGED {\n                try reversal"), caughtBy: "RefundTests"),
        Sabotage(
            "a movement of a dispute is booked once", "Worker/MoneyBack/DisputeMovements",
            "guard amounts[line.id] == nil, let amount",
            .written("guard SABOTAGED || amounts[line.id] == nil, let amount"), caughtBy: "DisputeMovementsTests"),
        Sabotage(
            "a dispute that is won stays won", "Billing/Dispute", "case (.won, _): .won",
            .written("case (.won, _): SABOTAGED ? next : .won"), caughtBy: "MoneyBackStatusTests"),
        Sabotage(
            "what is disputed is frozen", "Billing/Wallets/WalletLot", "min(remainingMicros, claimedMicros)",
            .instead("0"), caughtBy: "DisputeTests"),
        Sabotage(
            "a top-up that goes back takes its credit along", "Worker/Wallets/OpenWallet",
            "min(amount.micros, lots[place].remainingMicros)", .instead("0"), caughtBy: "ClawbackTests"),
        Sabotage(
            "who has spent what went back is blocked where agreed", "Worker/MoneyBack/Clawback",
            "if owed.isPositive { try block.set(takenBackFrom: customer) }", caughtBy: "ClawbackTests"),
        Sabotage(
            "what a refund gave back no correction gives again", "Worker/Wallets/PaymentTrace",
            "min(most, after.refunds)", .instead("0"), caughtBy: "CorrectedChargeTests"),
        Sabotage(
            "a merchant sees of a run over all accounts their own alone", "Worker/Reconciliation/ReconciliationResult",
            "let part = record.account == nil ? viewer : nil",
            .written("let part = record.account == nil && !SABOTAGED ? viewer : nil"),
            caughtBy: "ReconciliationRouteTests"),
        Sabotage(
            "one fact explains one line", "Worker/Reconciliation/SuspenseRelease",
            "guard try !tx.balanceTransactions.hasTwin(of: line, as: part),",
            .written("guard try SABOTAGED || !tx.balanceTransactions.hasTwin(of: line, as: part),"),
            caughtBy: "SuspenseReleaseTests"),
        Sabotage(
            "what is won comes back whole at any rate", "Worker/MoneyBack/DisputeMovements",
            "comesBackWhole(place) ?", .written("comesBackWhole(place) && !SABOTAGED ?"),
            caughtBy: "DisputeMovementsTests"),
        Sabotage(
            "who owes nothing any more is let in again", "Worker/Customers/DebtBlock",
            "customer.status == .blocked,", .written("customer.status == .blocked, !SABOTAGED,"),
            caughtBy: "ClawbackTests"),
    ]
}
