import ArgumentParser
import Worker

/// A plan's terms, as flags or as a file. Flags go before the file; `none` takes away.
struct PlanOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("JSON as in the API's `terms`; - for standard input.", valueName: "file"))
    var terms: String?
    @Option(help: "Requests a day.") var dayRequests: String?
    @Option(help: "Tokens a day.") var dayTokens: String?
    @Option(help: "What the providers take in a day, in micros.") var dayCostMicros: String?
    @Option(help: "What the customer is billed in a day, in micros.") var daySpendMicros: String?
    @Option(help: "Requests a month.") var monthRequests: String?
    @Option(help: "Tokens a month.") var monthTokens: String?
    @Option(help: "What the providers take in a month, in micros.") var monthCostMicros: String?
    @Option(help: "What the customer is billed in a month, in micros.") var monthSpendMicros: String?
    @Option(help: "Requests in any minute.") var requestsPerMinute: String?
    @Option(help: ArgumentHelp("Which models: names with * for any text.", valueName: "a,b*"))
    var allowedModels: String?
    @Option(help: "Added to what usage costs, in percent; goes before the account's.") var markupPercent: String?
    @Option(help: "Added to each request, in micros.") var flatFeeMicros: String?
    @Option(help: "Above a limit: block, throttle or alert.") var overage: String?
    @Option(help: ArgumentHelp("What happens from which percent on.", valueName: "90=notify,100=block"))
    var bands: String?
    @Option(help: "Whether usage is paid ahead: true or false.") var prepaid: String?

    /// - Returns: `nil` when nothing was said.
    func patch() throws -> JSONTree? {
        let file = try terms.map { try TermsFile.read($0) } ?? .object([:])
        var limits: [String: JSONTree] = [:]
        limits["day"] = try caps("day", dayRequests, dayTokens, dayCostMicros, daySpendMicros)
        limits["month"] = try caps("month", monthRequests, monthTokens, monthCostMicros, monthSpendMicros)
        limits["requests_per_minute"] = try requestsPerMinute.map { try TermText.number($0, "--requests-per-minute") }
        var members: [String: JSONTree] = [:]
        if !limits.isEmpty { members["limits"] = .object(limits) }
        members["allowed_models"] = allowedModels.map { text in
            text == "none" ? .null : .list(text.split(separator: ",").map { .text(String($0)) })
        }
        members["markup_percent"] = try markupPercent.map { try TermText.number($0, "--markup-percent") }
        members["flat_fee_micros"] = try flatFeeMicros.map { try TermText.number($0, "--flat-fee-micros") }
        members["overage"] = overage.map(TermText.word)
        members["bands"] = try bands.map(Self.bands)
        members["prepaid"] = try prepaid.map { try TermText.flag($0, "--prepaid") }
        let patch = file.merged(keepingNulls: members)
        return patch == .object([:]) ? nil : patch
    }

    private func caps(
        _ period: String, _ requests: String?, _ tokens: String?, _ cost: String?, _ spend: String?
    ) throws -> JSONTree? {
        var caps: [String: JSONTree] = [:]
        for (name, text) in [
            ("requests", requests), ("tokens", tokens), ("cost_micros", cost), ("spend_micros", spend),
        ] {
            caps[name] = try text.map {
                try TermText.number($0, "--\(period)-\(name.replacing("_", with: "-"))")
            }
        }
        return caps.isEmpty ? nil : .object(caps)
    }

    private static func bands(_ text: String) throws -> JSONTree {
        guard text != "none" else { return .null }
        return .list(
            try text.split(separator: ",").map { band in
                let parts = band.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    throw ValidationError("--bands holds \"\(text)\"; it should hold 90=notify,100=block")
                }
                return .object([
                    "at_percent": try TermText.number(parts[0], "--bands"), "action": .text(parts[1]),
                ])
            })
    }
}
