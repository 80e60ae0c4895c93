import Config
public import Foundation
import Ledger

/// A catalogue as a file, one price a line, so that a person sees what a new one changes.
public enum CatalogueFile {
    fileprivate struct Page: Decodable {
        let version: String
        let source: String
        let prices: [Line]
    }

    /// What the whole file says once is not said in each line.
    fileprivate struct Line: Codable {
        let provider: String
        let model: String
        let aliases: [String]?
        let from: String?
        let prices: UnitPrices
        let longContext: CataloguePrice.LongContext?

        enum CodingKeys: String, CodingKey { case provider, model, aliases, from, longContext = "long_context" }
    }

    static func standard() throws -> PriceCatalogue { try read(Data(Config.prices)) }

    /// - Throws: `DecodingError` with the place of the fault.
    public static func read(_ data: Data) throws -> PriceCatalogue {
        let page = try JSONDecoder().decode(Page.self, from: data)
        return PriceCatalogue(
            version: page.version, source: page.source,
            prices: try page.prices.map { try $0.price(version: page.version, source: page.source) })
    }

    /// Whether `data` is a catalogue of ours rather than another map of prices.
    public static func isOne(_ data: Data) -> Bool {
        struct Head: Decodable { let prices: [Entry]; struct Entry: Decodable {} }
        return (try? JSONDecoder().decode(Head.self, from: data)) != nil
    }

    /// One price as a line of the file, to be kept; version and source are kept elsewhere.
    public static func line(_ price: CataloguePrice) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Line(price)), as: UTF8.self)
    }

    /// Reads what `line` wrote.
    public static func price(line: String, version: String, source: String) throws -> CataloguePrice {
        try JSONDecoder().decode(Line.self, from: Data(line.utf8)).price(version: version, source: source)
    }

    /// The public prices of `catalogue`.
    public static func text(_ catalogue: PriceCatalogue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        let lines = try catalogue.prices.map { try json(Line($0)) }.joined(separator: ",\n")
        return """
            {"version": \(try json(catalogue.version)),
            "source": \(try json(catalogue.source)),
            "prices": [
            \(lines)
            ]}

            """
    }
}

extension CatalogueFile.Line {
    fileprivate init(_ price: CataloguePrice) {
        provider = price.provider
        model = price.model
        aliases = price.aliases.isEmpty ? nil : price.aliases
        from = price.from == CataloguePrice.always ? nil : price.from.description
        prices = price.prices
        longContext = price.longContext
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        provider = try container.decode(String.self, forKey: .provider)
        model = try container.decode(String.self, forKey: .model)
        aliases = try container.decodeIfPresent([String].self, forKey: .aliases)
        from = try container.contains(.from) ? container.decodeDate(forKey: .from).description : nil
        prices = try UnitPrices(from: decoder)
        longContext = try container.decodeIfPresent(CataloguePrice.LongContext.self, forKey: .longContext)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(provider, forKey: .provider)
        try container.encode(model, forKey: .model)
        try container.encodeIfPresent(aliases, forKey: .aliases)
        try container.encodeIfPresent(from, forKey: .from)
        try prices.encode(to: encoder)
        try container.encodeIfPresent(longContext, forKey: .longContext)
    }

    fileprivate func price(version: String, source: String) throws -> CataloguePrice {
        CataloguePrice(
            provider: provider, model: model, aliases: aliases ?? [],
            from: from.flatMap(CivilDate.init) ?? CataloguePrice.always, prices: prices, longContext: longContext,
            version: version, source: source)
    }
}
