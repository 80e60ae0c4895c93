import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct ProductsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products", abstract: "What is sold by meters: tiers in money or in credits, one or several.",
        discussion: """
            An event that names a product is priced by it: what the tiers say of the month's total after it, less what \
            they say of the total before it. Only events that name the product move that total. Once there are \
            products, an event that names one that does not exist, or is in the archive, is refused.

            Examples:
              bursar meters create pages --aggregation sum --field pages
              bursar products create reader --meter pages --band first=1000:0.02 --band rest=*:0.01
              bursar usage record --id req-1 --customer user-17 --product reader --quantity pages=12
              bursar products create studio --metrics studio.json
            """,
        subcommands: [
            ProductsList.self, ProductsCreate.self, SluggedShow<ProductKind>.self, ProductsUpdate.self,
            SluggedArchive<ProductKind>.self,
            SluggedRestore<ProductKind>.self,
        ])
}

enum ProductKind: SluggedKind {
    static let noun = "product"
    static let example = "reader"
    static let archiving = SluggedMove(
        abstract: "Sells a product no more: events that name it are refused.",
        outcome: "is archived: events may not name it.")
    static let restoring = SluggedMove(
        abstract: "Takes a product out of the archive.", outcome: "is sold again.")

    static func room(of worker: BillingWorker) -> Products { worker.products }
    static func shape(_ product: Product, by shapes: Shapes) throws -> JSON { try shapes.product(product) }
    static func particulars(_ product: Product) throws -> Particulars { product.particulars }
}

struct ProductsList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists products, the newest first.",
        discussion: "Example:\n  bursar products list --archived")

    @Flag(help: "Those in the archive.") var archived = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Product.ID? = try page.after.map { try desk.id($0, of: "product", list: "bursar products list") }
        let products = try await desk.database.read { [archived, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.products.list(
                account: account, archived: archived, after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            products, page, shape: desk.shapes.product, columns: ["product", "slug", "name", "priced by"],
            empty: archived
                ? "No products in the archive."
                : "No products here. Make one: bursar products create SLUG --meter METER --band all=*:0.02"
        ) { product in
            let metrics = product.metrics.map { "\($0.meter) (\($0.tiers.mode.rawValue), \($0.unit.rawValue))" }
            return [
                Table.Cell(product.id.text), Table.Cell(product.slug), Table.Cell(product.name),
                Table.Cell(metrics.joined(separator: ", ")),
            ]
        }
    }
}

struct ProductsCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a product.",
        discussion: """
            A rate is the price of one, in the major unit of the account's currency, or in credits; what a credit is \
            worth say the account's terms (`bursar accounts set --credit-value 2026-01-01=10000`).

            Examples:
              bursar products create reader --meter pages --band first=1000:0.02 --band rest=*:0.01
              bursar products create api --meter calls --mode volume --unit credits --band all=*:2:1000000
              bursar products create studio --metrics studio.json

            where studio.json holds
              [{"meter": "pages", "mode": "graduated", "bands": [
                 {"name": "first", "up_to": 1000, "unit_rate": "0.02"}, {"name": "rest", "unit_rate": "0.01"}]},
               {"meter": "calls", "unit": "credits", "mode": "volume", "bands": [
                 {"name": "all", "unit_rate": 2, "fixed_micros": 1000000}]}]
            """)

    @Argument(help: "What events name it by, for good: a–z, 0–9, - and _.") var slug: String
    @Option(help: "What it is called.") var name: String?
    @OptionGroup(title: "Metrics") var metrics: ProductOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        guard let metrics = try metrics.tree() else {
            throw ValidationError("Give --metrics with a file, or --meter and a --band for each tier.")
        }
        let product = try await desk.database.write { [slug, name, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.products.create(
                NewProduct(slug: slug, name: name, metrics: metrics), account: account, by: .commandLine, in: tx)
        }
        try desk.show(try desk.shapes.product(product)) { product.particulars.text(on: desk.terminal) }
    }
}

struct ProductsUpdate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes a product, from the next event on.",
        discussion: """
            What was posted stays. The month's total stays, too: the next event costs what the new tiers say of the \
            total after it, less what they say of the total before it. Metrics are replaced as a whole.

            Examples:
              bursar products set reader --name "Reader"
              bursar products set reader --meter pages --band all=*:0.015
            """, aliases: ["set"])

    @Argument(help: "The product, by slug or id.") var product: String
    @Option(help: "What it is called from now on.") var name: String?
    @OptionGroup(title: "Metrics") var metrics: ProductOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        var change = ProductChange()
        change.name = name
        change.metrics = try metrics.tree()
        let product = try await desk.database.write { [product, change, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.products.update(product, change, account: account, by: .commandLine, in: tx)
        }
        try desk.show(try desk.shapes.product(product)) { product.particulars.text(on: desk.terminal) }
    }
}

extension Product {
    var particulars: Particulars {
        var text = Particulars()
        text.add("product", id.text)
        text.add("slug", slug)
        text.add("name", name)
        for metric in metrics {
            text.add("priced by", "\(metric.meter), \(metric.tiers.mode.rawValue), in \(metric.unit.rawValue)")
            for band in metric.tiers.bands { text.add("  \(band.name)", band.text) }
        }
        text.add("archived", archivedAt?.shortText)
        text.add("made", createdAt.shortText)
        return text
    }
}

extension Tiers.Band {
    /// `up to 1000, 0.02 each, 500000 micros on entering`.
    fileprivate var text: String {
        let fixed = fixedMicros == 0 ? "" : ", \(fixedMicros) micros on entering"
        return "\(upTo.map { "up to \($0)" } ?? "without end"), \(unitRate) each\(fixed)"
    }
}
