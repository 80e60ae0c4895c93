import Foundation

/// One model of LiteLLM's map: of all that it says, the prices, as exact decimals.
struct LiteLLMEntry: Decodable {
    struct Priced {
        var prices = UnitPrices.none
        var longContext: CataloguePrice.LongContext?
        var unused: Set<String> = []
    }

    struct Unpriceable: Error { let text: String }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let provider: String?
    let mode: String
    private let hasOtherBands: Bool
    private let costs: [String: Decimal]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        provider = (try? container.decode(String.self, forKey: Key(stringValue: "litellm_provider"))).map(Self.provider)
        mode = (try? container.decode(String.self, forKey: Key(stringValue: "mode"))) ?? ""
        hasOtherBands = container.contains(Key(stringValue: "tiered_pricing"))
        var costs: [String: Decimal] = [:]
        for key in container.allKeys where key.stringValue.contains("cost") {
            if let cost = try? container.decode(Decimal.self, forKey: key) { costs[key.stringValue] = cost }
        }
        self.costs = costs
    }

    /// The map has several words for one provider, by the way that a request goes.
    private static func provider(_ name: String) -> String {
        switch name {
        case "bedrock_converse": "bedrock"
        case "cohere_chat": "cohere"
        case let name where name.hasPrefix("vertex_ai"): "vertex_ai"
        default: name
        }
    }

    /// The map's name without the provider that stands before it.
    static func model(_ name: String, of provider: String) -> String {
        for prefix in [provider, "bedrock_converse", "cohere_chat"] where name.hasPrefix(prefix + "/") {
            return String(name.dropFirst(prefix.utf8.count + 1))
        }
        return name
    }

    func priced() -> Result<Priced, Unpriceable> {
        if hasOtherBands {
            return .failure(Unpriceable(text: "its prices go by bands of context that one threshold does not tell"))
        }
        if let (name, cost) = costs.filter({ $0.value < 0 }).min(by: { $0.key < $1.key }) {
            return .failure(Unpriceable(text: "\(name) is \(cost), below zero"))
        }
        var priced = Priced()
        var long: [Int64: UnitPrices] = [:]
        for (name, cost) in costs.sorted(by: { $0.key < $1.key }) where cost > 0 {
            let (base, threshold) = Self.threshold(name)
            guard let unit = unit(of: base), let price = Self.price(cost) else {
                priced.unused.insert(name)
                continue
            }
            if let threshold {
                long[threshold, default: .none][unit] = price
            } else {
                // Of two words for one unit the dearer is right: input and output of a transcription are one recording.
                priced.prices[unit] = max(price, priced.prices[unit] ?? price)
            }
        }
        guard !priced.prices.isEmpty else {
            return .failure(Unpriceable(text: "it has no price above zero for a unit of ours"))
        }
        guard long.count <= 1 else {
            return .failure(Unpriceable(text: "it has \(long.count) thresholds of context; we know one"))
        }
        priced.longContext = long.first.map { above, prices in
            CataloguePrice.LongContext(above: Quantity(millionths: above * 1_000_000), prices: prices)
        }
        return .success(priced)
    }

    /// `input_cost_per_token_above_200k_tokens` is the price of `input_cost_per_token` above 200,000 tokens.
    private static func threshold(_ name: String) -> (base: String, tokens: Int64?) {
        guard let match = name.wholeMatch(of: /(.+)_above_(\d{1,6})k_tokens/), let thousands = Int64(match.output.2)
        else { return (name, nil) }
        return (String(match.output.1), thousands * 1_000)
    }

    /// - Returns: `nil` for a price that holds only in a mode that an event does not tell (batches, priority), and for
    ///   what no unit of ours counts.
    private func unit(of name: String) -> UsageUnit? {
        let isTranscription = mode == "audio_transcription"
        return switch name {
        case "input_cost_per_token": .inputTokens
        case "output_cost_per_token": .outputTokens
        case "cache_read_input_token_cost": .cacheReadTokens
        case "cache_creation_input_token_cost": .cacheWrite5mTokens
        case "cache_creation_input_token_cost_above_1hr": .cacheWrite1hTokens
        case "output_cost_per_reasoning_token": .reasoningTokens
        case "output_cost_per_image": .images
        case "input_cost_per_image": mode.hasPrefix("image_") ? .images : nil
        case "input_cost_per_second", "output_cost_per_second":
            isTranscription || mode == "audio_speech" ? .audioSeconds : mode == "video_generation" ? .videoSeconds : nil
        case "input_cost_per_audio_per_second": .audioSeconds
        case "output_cost_per_video_per_second", "input_cost_per_video_per_second": .videoSeconds
        default: Self.customUnits[name].flatMap { try? UsageUnit($0) }
        }
    }

    /// Units beside the known ones that the map prices often.
    private static let customUnits = [
        "input_cost_per_audio_token": "audio_input_tokens", "output_cost_per_audio_token": "audio_output_tokens",
        "input_cost_per_image_token": "image_input_tokens", "output_cost_per_image_token": "image_output_tokens",
        "input_cost_per_character": "characters", "input_cost_per_query": "queries", "ocr_cost_per_page": "pages",
    ]

    /// To the nearest femto: some prices of the map are written out from binary fractions, as 1.6000000000000001e-06.
    private static func price(_ cost: Decimal) -> UnitPrice? {
        var (exact, rounded) = (cost, Decimal())
        NSDecimalRound(&rounded, &exact, 15, .plain)
        return rounded > 0 ? try? UnitPrice("\(rounded)") : nil
    }
}
