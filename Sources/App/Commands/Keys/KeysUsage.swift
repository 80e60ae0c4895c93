import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct KeysUsage: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "What was spent with a key, of how much, and on which models.",
        discussion: """
            What the keys spent whose place it took, or that took its place, is in it: they share one cap.

            Example:
              bursar keys usage bkey_…
            """)

    @OptionGroup var key: KeyArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id = try key.id(at: desk)
        let (usage, account) = try await desk.database.read { [key] tx in
            let account = try key.merchant.find(at: desk, in: tx)
            return (try desk.worker.keys.usage(id, account: account.id, in: tx), account)
        }
        try desk.show(desk.shapes.usage(usage, of: account)) { usage.text(at: desk, account.currency) }
    }
}

extension KeyUsage {
    fileprivate func text(at desk: Desk, _ currency: Currency) -> String {
        func money(_ micros: Int64) -> String { desk.currencies.text(Money(micros: micros, currency)) }
        var text = Particulars()
        text.add("key", "\(key.id) (\(key.name))")
        text.add("spent", money(spentMicros) + (percent.map { ", \($0) % of the cap" } ?? ""))
        text.add("held", heldMicros == 0 ? nil : money(heldMicros))
        text.add("cap", key.maxSpend.map(money) ?? "none")
        text.add("remaining", remainingMicros.map(money))
        guard !parts.isEmpty else { return text.text(on: desk.terminal) + "\n\nNothing was used with it yet." }
        var table = Table(["provider", "model", .number("requests"), .number("tokens"), .number("spent")])
        for part in parts {
            let tokens = part.figures.tokens.reduce(0, +) / 1_000_000
            table.add([
                Table.Cell(part.provider ?? ""), Table.Cell(part.model ?? ""), Table.Cell("\(part.figures.requests)"),
                Table.Cell("\(tokens)"), Table.Cell(money(Int64(clamping: part.figures.priceMicros))),
            ])
        }
        return text.text(on: desk.terminal) + "\n\n" + table.text(on: desk.terminal)
    }
}
