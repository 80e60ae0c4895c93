import Foundation

/// How it ends: every charge as it must be, balanced books, nothing unexplained.
struct Ending {
    let theatre: Theatre
    let stage: Stage

    /// Who, how much, and where it must stand.
    private static let charges = [
        ["Ada's AI", "alice", "16.00 USD", "paid"], ["Ada's AI", "bob", "10.60 USD", "failed"],
        ["Ada's AI", "carol", "11.25 USD", "paid"], ["Own shop", "dave", "13.00 USD", "paid"],
        ["Own shop", "erin", "7.49 USD", "pending"], ["Kaze", "hana", "2075 JPY", "paid"],
    ]

    func play() async throws {
        stage.chapter("How every charge stands")
        let charges = try await allCharges()
        show([["merchant", "customer", "amount", "status"]] + charges)
        try stage.must(charges == Self.charges, "the charges are \(Self.charges)")

        stage.chapter("What Ada's AI earns, after the providers, Stripe and the platform")
        try await margins()

        stage.chapter("The trial balance")
        stage.say(try succeed("ledger", "balances"))

        stage.chapter("Stripe and the books, compared to the last micro")
        let reconciliation = try succeed("reconcile")
        stage.say(reconciliation)
        try stage.must(reconciliation.contains("unexplained micros: 0"), "nothing is unexplained")
        stage.say(try succeed("ledger", "check"))
        try checkWithHledger()
    }

    /// By model and by customer; the rows add up to what the books have.
    private func margins() async throws {
        let account = try await theatre.bursar.get("/v1/accounts")["data"].list.first { $0["name"] == "Ada's AI" }
        let api = theatre.bursar.account(account?.id ?? "")
        let days = [-1.0, 2.0].map { Date(timeIntervalSinceNow: $0 * 86_400).formatted(.iso8601.year().month().day()) }
        for group in ["model", "customer"] {
            let report = try await api.get("/v1/margins?from=\(days[0])&to=\(days[1])&group_by=\(group)&limit=100")
            for figure in ["revenue_micros", "cost_micros", "processor_fee_micros", "margin_micros"] {
                let sum = report["data"].list.reduce(0) { $0 + ($1[figure].wholeOrNil ?? 0) }
                try stage.must(
                    sum > 0 && report["total"][figure] == .number(sum), "\(figure) by \(group) adds up to the total")
            }
            stage.say(
                try succeed(
                    "margins", "--account", "Ada's AI", "--from", days[0], "--to", days[1], "--group-by", group) + "\n")
        }
    }

    /// In the order in which the merchants were made, and their customers by name.
    private func allCharges() async throws -> [[String]] {
        var rows: [[String]] = []
        for account in try await theatre.bursar.get("/v1/accounts")["data"].list.reversed() {
            let api = theatre.bursar.account(account.id)
            let customers = try await api.get("/v1/customers?limit=100")["data"].list
            let names = Dictionary(uniqueKeysWithValues: customers.map { ($0.id, $0["external_id"].text) })
            for charge in try await api.get("/v1/charges?limit=100")["data"].list {
                let customer = names[charge["customer"].text] ?? ""
                rows.append([account["name"].text, customer, charge.amountText, charge["status"].text])
            }
        }
        return rows.sorted { $0[1] < $1[1] }
    }

    private func show(_ rows: [[String]]) {
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column == 2 ? padding + text : text + padding
            }
            stage.say("  " + cells.joined(separator: "  "))
        }
    }

    /// The accountant's own program reads the books as well, where it is installed.
    private func checkWithHledger() throws {
        guard
            let hledger = ["/usr/bin/hledger", "/usr/local/bin/hledger"].first(
                where: FileManager.default.isExecutableFile)
        else { return stage.tell("hledger is not installed; with it: bursar ledger export | hledger -f- check -s") }
        let journal = "\(theatre.folder)/books.journal"
        try succeed("ledger", "export", "--format", "hledger").write(toFile: journal, atomically: true, encoding: .utf8)
        let (status, _) = try ChildProcess.run(hledger, ["-f", journal, "check", "-s"], in: theatre.folder)
        try stage.must(status == 0, "hledger accepts the exported books")
        stage.tell("hledger's strict check accepts the exported books, too.")
    }

    private func succeed(_ arguments: String...) throws -> String {
        let (status, output) = try ChildProcess.run("\(theatre.programs)/bursar", arguments, in: theatre.folder)
        try stage.must(
            status == 0, "`bursar \(arguments.joined(separator: " "))` ends with 0, not \(status): \(output)")
        return output.trimmingCharacters(in: .newlines)
    }

    static func lookAround(_ theatre: Theatre, _ stage: Stage, seconds: Int64) {
        stage.say(
            """

            \(stage.bold("All of it came out as it must, in \(seconds) s.")) The books are still there; look around:

              cd \(theatre.folder)
              export PATH=\(theatre.programs):$PATH
              bursar charges list --account "Ada's AI"
              bursar customers balance alice --account "Ada's AI"
              bursar ledger journal --limit 5
              bursar webhooks list
              bursar --help
            """)
    }
}
