public import Foundation
public import Ledger

/// LiteLLM's public map of model prices (`model_prices_and_context_window.json`), which this field shares, turned into
/// a catalogue. What cannot be priced exactly and safely is left out, and said.
public struct LiteLLMMap: Sendable {
    /// What is wanted of the map.
    public struct Choice: Sendable {
        /// `nil` for all.
        public var providers: Set<String>?
        /// As the map calls them; `nil` for all.
        public var modes: Set<String>?
        /// Whether models of Azure and Bedrock are wanted that are of one region or a commitment.
        public var regions: Bool

        public init(providers: Set<String>? = nil, modes: Set<String>? = nil, regions: Bool = true) {
            self.providers = providers
            self.modes = modes
            self.regions = regions
        }

        public static let all = Choice()
        /// What `Config/prices.json` holds: text and transcription, of the providers that most apps use.
        public static let standard = Choice(
            providers: [
                "openai", "anthropic", "gemini", "azure", "bedrock", "mistral", "deepseek", "xai", "cohere", "groq",
                "cerebras",
            ], modes: ["chat", "completion", "responses", "embedding", "audio_transcription"], regions: false)
    }

    /// A model of the map that has no price in the catalogue.
    public struct LeftOut: Hashable, Sendable, CustomStringConvertible {
        /// As the map calls it.
        public let name: String
        /// `provider/model`; `nil` where the map names no provider.
        public let model: String?
        public let reason: String
        /// What its prices break, where they cannot be right.
        public let finding: CatalogueFinding.Kind?

        public var description: String { "\(name): \(reason)" }
    }

    public let catalogue: PriceCatalogue
    public let leftOut: [LeftOut]
    /// How many models were not of the choice.
    public let notChosen: Int
    /// Prices of the map that we have no unit for, and in how many of the models that were taken; the models are priced
    /// without them.
    public let unusedPrices: [String: Int]

    /// - Parameters:
    ///   - map: the file's content.
    ///   - version: of the catalogue, `litellm-1.80.0` by custom.
    ///   - source: for a person: where the file is from.
    ///   - from: the day from which the prices shall hold.
    /// - Throws: `DecodingError` when the file is no such map.
    public init(
        _ map: Data, version: String, source: String, choice: Choice = .all, from: CivilDate = CataloguePrice.always
    ) throws {
        var conversion = Conversion(version: version, source: source, choice: choice, from: from)
        for (name, entry) in try JSONDecoder().decode([String: LiteLLMEntry].self, from: map).sorted(by: {
            $0.key < $1.key
        }) {
            conversion.take(name, entry)
        }
        catalogue = PriceCatalogue(version: version, source: source, prices: conversion.prices)
        leftOut = conversion.leftOut
        notChosen = conversion.notChosen
        unusedPrices = conversion.unusedPrices
    }
}

extension LiteLLMMap {
    private struct Conversion {
        let version: String
        let source: String
        let choice: Choice
        let from: CivilDate
        var taken: [String: CataloguePrice] = [:]
        /// Models that the map calls by their bare name, by that name.
        var bareNames: [String: String] = [:]
        var leftOut: [LeftOut] = []
        var notChosen = 0
        var unusedPrices: [String: Int] = [:]

        mutating func take(_ name: String, _ entry: LiteLLMEntry) {
            // The map's first entry explains the others.
            guard name != "sample_spec" else { return }
            guard let provider = entry.provider else { return leave(name, nil, "it names no provider") }
            let model = LiteLLMEntry.model(name, of: provider)
            guard isChosen(provider, model, entry) else { return notChosen += 1 }
            let fullName = "\(provider)/\(model)"
            switch entry.priced() {
            case .failure(let reason): leave(name, fullName, reason.text)
            case .success(let priced):
                let price = CataloguePrice(
                    provider: provider, model: model, from: from, prices: priced.prices,
                    longContext: priced.longContext, version: version, source: source)
                if let finding = price.findings.first { return leave(name, fullName, finding.detail, finding.kind) }
                if let twin = taken[price.fullName] {
                    guard twin.prices == price.prices, twin.longContext == price.longContext else {
                        return leave(name, fullName, "the map prices \(fullName) twice, and not alike")
                    }
                }
                taken[price.fullName] = price
                if model == name { bareNames[name] = price.fullName }
                for unused in priced.unused { unusedPrices[unused, default: 0] += 1 }
            }
        }

        private func isChosen(_ provider: String, _ model: String, _ entry: LiteLLMEntry) -> Bool {
            let isRegional =
                ["azure", "bedrock"].contains(provider)
                && (model.contains("/") || model.contains(/^(us|us-gov|eu|apac|au|jp|in|ca|sa|global)\./))
            return choice.providers?.contains(provider) ?? true && choice.modes?.contains(entry.mode) ?? true
                && (choice.regions || !isRegional)
        }

        private mutating func leave(
            _ name: String, _ model: String?, _ reason: String, _ finding: CatalogueFinding.Kind? = nil
        ) {
            leftOut.append(LeftOut(name: name, model: model, reason: reason, finding: finding))
        }

        /// Where several providers sell a model, its bare name means the one that the map calls by it; where it calls
        /// none so, the one whose name it begins with, which made it. What is another model's full name means that.
        var prices: [CataloguePrice] {
            let sellers = Dictionary(grouping: taken.values, by: \.model)
            return taken.values.map { price in
                guard let among = sellers[price.model], among.count > 1, taken[price.model] == nil else { return price }
                let makers = among.filter { price.model.hasPrefix($0.provider) }
                let maker = makers.count == 1 ? makers[0].fullName : nil
                guard bareNames[price.model] ?? maker == price.fullName else { return price }
                return CataloguePrice(
                    provider: price.provider, model: price.model, aliases: [price.model], from: price.from,
                    prices: price.prices, longContext: price.longContext, version: version, source: source)
            }
        }
    }
}
