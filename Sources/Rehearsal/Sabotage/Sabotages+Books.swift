extension Sabotage {
    static let ledger = [
        Sabotage(
            "an entry balances", "Ledger/JournalEntry",
            "if let (currency, _) = sums.first(where: { $0.value != 0 }) { throw .unbalanced(currency) }",
            caughtBy: "JournalEntryTests"),
        Sabotage(
            "an entry stays in its book", "Ledger/JournalEntry",
            "guard account.book == book else { throw .foreignBook(account.book) }", caughtBy: "JournalEntryTests"),
        Sabotage(
            "a sum that overflows is an error", "Ledger/Money", #"guard !overflow else { throw .overflow("adding") }"#,
            caughtBy: "MoneyTests"),
        Sabotage(
            "one fact, one entry", "Storage/Stores/JournalStore", "guard added == 1 else { return nil }",
            caughtBy: "MoneyStoresTests"),
        Sabotage(
            "an account keeps its floor", "Storage/Schema/Books",
            "CHECK (floor = 0 OR (floor = 1 AND balance >= 0) OR (floor = -1 AND balance <= 0))",
            .text("CHECK (floor IN (-1, 0, 1))"), caughtBy: "MoneyStoresTests"),
        Sabotage(
            "a failed sync stops everything", "Storage/Engine/Session",
            "{ health.fail(error) }\n            abandonTransaction()",
            .written("{ if !SABOTAGED { health.fail(error) } }\n            abandonTransaction()"),
            caughtBy: "GroupCommitTests"),
        Sabotage(
            "a log that may not be on disk stays out of the database", "Storage/Engine/Session",
            "health.failure == nil", .instead("true"), caughtBy: "SQLiteFileTests"),
        Sabotage(
            "the log of a dead process is settled", "Storage/Engine/SQLite/SQLiteEngine",
            "try connection.settleLog()", caughtBy: "SQLiteFileTests"),
    ]

    static let books = [
        Sabotage(
            "a changed entry breaks the chain", "Worker/Books/BooksRules",
            "guard text.link(of: entry, after: link) != hash else { return nil }",
            .written("guard !SABOTAGED, text.link(of: entry, after: link) != hash else { return nil }"),
            caughtBy: "ChainTests"),
        Sabotage(
            "a link covers the amounts", "Storage/Stores/EntryHash", "add(micros)",
            caughtBy: "ChainTests"),
        Sabotage(
            "the journal ends where the chain does", "Worker/Books/BooksCheck",
            "if end.sequence != position.number || position.link.map({ $0 != end.hash }) ?? false {",
            .written(
                "if !SABOTAGED, end.sequence != position.number || position.link.map({ $0 != end.hash }) ?? false {"),
            caughtBy: "ChainTests"),
        Sabotage(
            "a stored balance is the sum of its postings", "Worker/Books/BooksRules",
            "Int128(account.stored) != account.summed", .instead("false"), caughtBy: "BooksCheckTests"),
        Sabotage(
            "a charge has the entries of its status", "Worker/Books/BooksRules",
            "guard row.opened == amount, row.paid == paid, row.released == released else {",
            .written(
                "guard SABOTAGED || (row.opened == amount && row.paid == paid && row.released == released) else {"),
            caughtBy: "BooksCheckTests"),
        Sabotage(
            "what a lot has lost is in entries", "Worker/Books/BooksRules",
            "Int128(lot.remainingMicros) + row.taken != Int128(amount)", .instead("false"),
            caughtBy: "BooksCheckTests"),
        Sabotage(
            "what Stripe has more or less is in suspense", "Worker/Reconciliation/BalanceJudgement",
            "guard !difference.isZero else { return }\n        try suspend(",
            .written("guard !SABOTAGED, !difference.isZero else { return }\n        try suspend("),
            caughtBy: "PlantedDifferenceTests"),
    ]
}
