import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "What the providers take: list, refresh from LiteLLM's public map, or set your own.",
        discussion: """
            Bursar comes with a catalogue. A newer one is taken in by one command, and shows what it changes first.

            Examples:
              bursar prices list gpt-5
              bursar prices import model_prices_and_context_window.json
              bursar prices set --provider openai --model my-tune --per-million input_tokens=3 output_tokens=12
            """,
        subcommands: [PricesList.self, PricesImport.self, PricesSet.self])
}

struct PricesList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists prices in US dollars; exact names and the merchant's own come first.",
        discussion: """
            With several merchants and no --account the public prices are listed.

            Examples:
              bursar prices list gpt-5
              bursar prices list claude --account "Ada's AI"
            """)

    @Argument(help: "What the model's name holds.") var search: String?
    @Option(help: "Only of this provider.") var provider: String?
    @Option(
        help: ArgumentHelp(
            "With the prices that this merchant has set. Not needed while there is only one.", valueName: "account"))
    var account: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let catalogue = try await desk.database.read { [account] tx in
            let all = try desk.worker.accounts.list(limit: 2, in: tx)
            let merchant = try account.map { try desk.account($0, in: tx) } ?? (all.count == 1 ? all.first : nil)
            return try desk.worker.prices.catalogue(of: merchant?.id, in: tx)
        }
        let listed = try desk.shapes.prices(
            of: catalogue, provider: provider, search: search, after: page.after, limit: page.limit + 1)
        try desk.list(
            listed, page, shape: desk.shapes.price,
            columns: ["price", "input", "output", "cached", "other", "version"],
            empty: "No such model. `bursar prices set` makes a price, `bursar prices import` brings a newer catalogue."
        ) { entry in
            let prices = entry.price.prices
            let shown: Set<UsageUnit> = [.inputTokens, .outputTokens, .cacheReadTokens]
            let other = prices.units.filter { !shown.contains($0) }.map { unit in
                let text = unit.isPricedPerMillion ? prices[unit]?.perMillion : prices[unit]?.description
                return "\(unit)=\(text ?? "")"
            }
            return [
                Table.Cell(entry.id), Table.Cell(prices[.inputTokens]?.perMillion ?? ""),
                Table.Cell(prices[.outputTokens]?.perMillion ?? ""),
                Table.Cell(prices[.cacheReadTokens]?.perMillion ?? ""), Table.Cell(other.joined(separator: " ")),
                Table.Cell(entry.price.version),
            ]
        }
    }
}

struct PricesSet: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Sets a merchant's own price of a model; it goes before the public one.",
        discussion: """
            What was used before keeps its price. Name every unit that is used: one that is left out has none of its \
            own any more, and what changes is shown. With --withdraw the public price holds again.

            Examples:
              bursar prices set --provider openai --model gpt-5 --per-million input_tokens=1 output_tokens=8
              bursar prices set --provider mine --model painter --per-unit images=0.02 --from 2027-01-01
              bursar prices set --provider openai --model gpt-5 --withdraw
            """)

    @Option(help: "Who runs the model.") var provider: String
    @Option(help: "The model's name.") var model: String
    @Option(
        name: .customLong("alias"), parsing: .upToNextOption,
        help: "Other names that mean this model; they stay until another model is given them.") var aliases: [String] =
            []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("US dollars for a million, of tokens.", valueName: "unit=price"))
    var perMillion: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("US dollars for one, of anything else.", valueName: "unit=price"))
    var perUnit: [String] = []
    @Option(help: ArgumentHelp("The day from which it holds, in UTC; today, if left out.", valueName: "day"))
    var from: String?
    @Flag(help: "The price may jump tenfold, and names may mean another model by it.") var confirm = false
    @Flag(help: "Takes the merchant's own price away again.") var withdraw = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard withdraw == (perMillion.isEmpty && perUnit.isEmpty) else {
            throw ValidationError("Give --per-million or --per-unit, or --withdraw without either.")
        }
    }

    func run(at desk: Desk) async throws {
        let price = OwnPrice(
            provider: provider, model: model, aliases: aliases, from: try day(from, flag: "--from"),
            prices: try prices(), isConfirmed: confirm)
        let (set, replaced) = try await desk.database.write { [merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.prices.set(price, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.price(ListedPrice(price: set, isOwn: true))) {
            withdraw
                ? "From \(set.from) the public price of \(set.fullName) holds."
                : (["From \(set.from) the price of \(set.fullName) is the one you set."]
                    + (replaced.map { set.changes(from: $0) } ?? [])).joined(separator: "\n")
        }
    }

    private func prices() throws -> UnitPrices {
        var prices: [UsageUnit: UnitPrice] = [:]
        for (unit, text) in try pairs(perMillion, flag: "--per-million") {
            let unit = try UsageUnit(unit)
            guard unit.isPricedPerMillion || !unit.isCustom else { throw Self.notByTheMillion(unit) }
            prices[unit] = try UnitPrice(perMillion: text, of: unit)
        }
        for (unit, text) in try pairs(perUnit, flag: "--per-unit") {
            prices[try UsageUnit(unit)] = try UnitPrice(text)
        }
        return UnitPrices(prices)
    }

    private static func notByTheMillion(_ unit: UsageUnit) -> ValidationError {
        let known = UsageUnit.known.map(\.name)
        let hint = nearestName(to: unit.name, among: known).map { "did you mean \($0)?" }
        return ValidationError(
            "--per-million names \(unit), which is no kind of tokens; "
                + (hint ?? "there are \(known.joined(separator: ", ")), and --per-unit is for what is yours"))
    }
}

extension CataloguePrice {
    /// Each unit whose price is another one now, and what has none any more.
    fileprivate func changes(from old: CataloguePrice) -> [String] {
        func text(_ unit: UsageUnit, _ prices: UnitPrices) -> String {
            guard let price = prices[unit] else { return "none" }
            return unit.isPricedPerMillion ? "\(price.perMillion) a million" : "\(price)"
        }
        let changed = Set(old.prices.units + prices.units).sorted().filter { old.prices[$0] != prices[$0] }
        let dropped = changed.filter { prices[$0] == nil }.map(\.name)
        return changed.map { "  \($0): \(text($0, old.prices)) → \(text($0, prices))" }
            + (dropped.isEmpty
                ? [] : ["Dropped: \(dropped.joined(separator: ", ")). Set the price again with them if they are used."])
    }
}

/// A day as a person writes it.
func day(_ text: String?, flag: String) throws -> CivilDate? {
    guard let text else { return nil }
    guard let day = CivilDate(text) else {
        throw ValidationError("\(flag) holds \"\(text)\"; it should hold a day, for example 2026-11-21")
    }
    return day
}
