import ArgumentParser
import Foundation
import Worker

/// How usage is priced, held and bounded, as flags or as a file. Flags go before the file.
struct TermsOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("JSON as in the API's `terms`; - for standard input.", valueName: "file"))
    var terms: String?
    @Option(help: ArgumentHelp("Markup of one model, or `none`; may be given several times.", valueName: "model=%"))
    var modelMarkup: [String] = []
    @Option(help: ArgumentHelp("Markup of one provider, or `none`; may be repeated.", valueName: "provider=%"))
    var providerMarkup: [String] = []
    @Option(help: ArgumentHelp("Added to each request, in micros.", valueName: "micros")) var flatFeeMicros: String?
    @Option(help: "One US dollar in the account's currency.") var usdRate: String?
    @Option(help: "Where days and months begin: an IANA name, such as Europe/Berlin.") var timeZone: String?
    @Option(help: "What becomes of a model without a price: refuse or ceiling.") var unknownModel: String?
    @Option(
        help: ArgumentHelp(
            "What one credit is worth from a day on, in micros; may be given several times, and takes the place of all "
                + "values there are, or `none`.", valueName: "day=micros"))
    var creditValue: [String] = []
    @Option(help: ArgumentHelp("How long a hold lives that does not say so.", valueName: "seconds"))
    var holdSeconds: String?
    @Option(help: ArgumentHelp("How far above its hold a capture may go.", valueName: "%"))
    var captureAbovePercent: String?
    @Option(help: ArgumentHelp("How long after its end a month takes late events.", valueName: "hours"))
    var periodGraceHours: String?
    @Option(help: ArgumentHelp("At which percentages of a budget an alert is given.", valueName: "50,80,100"))
    var alertPercents: String?
    @Option(help: ArgumentHelp("A wallet that falls below is told of.", valueName: "micros"))
    var lowBalanceMicros: String?
    @Option(help: "Whether customers pay ahead unless their plan says otherwise: true or false.")
    var prepaid: String?
    @Option(help: "What becomes of a customer who had spent what was taken back: keep or block.")
    var onClawback: String?

    @Option(
        help: ArgumentHelp(
            "After how many days each further try of a failed charge comes; `off` for none.", valueName: "1,3,5,7"))
    var dunningRetryDays: String?
    @Option(help: ArgumentHelp("How long a customer who has to act is waited for.", valueName: "days"))
    var dunningGiveUpDays: String?
    @Option(help: "What becomes of a charge that was given up: leave, block or cancel.")
    var dunningAtEnd: String?

    /// - Returns: `nil` when nothing was said.
    func patch() throws -> JSONTree? {
        var patch = try terms.map { try TermsFile.read($0) } ?? .object([:])
        var members: [String: JSONTree] = [:]
        members["flat_fee_micros"] = try flatFeeMicros.map { try TermText.number($0, "--flat-fee-micros") }
        members["usd_rate"] = try usdRate.map { try TermText.number($0, "--usd-rate") }
        members["time_zone"] = timeZone.map(TermText.word)
        members["unknown_model"] = unknownModel.map(TermText.word)
        members["hold_seconds"] = try holdSeconds.map { try TermText.number($0, "--hold-seconds") }
        members["capture_above_percent"] = try captureAbovePercent.map {
            try TermText.number($0, "--capture-above-percent")
        }
        members["period_grace_hours"] = try periodGraceHours.map { try TermText.number($0, "--period-grace-hours") }
        members["low_balance_micros"] = try lowBalanceMicros.map { try TermText.number($0, "--low-balance-micros") }
        members["on_clawback"] = onClawback.map(TermText.word)
        members["prepaid"] = try prepaid.map { try TermText.flag($0, "--prepaid") }
        members["alert_percents"] = try alertPercents.map { try TermText.numbers($0, "--alert-percents") }
        let dunning = try dunning()
        if !dunning.isEmpty { members["dunning"] = .object(dunning) }
        if !creditValue.isEmpty { members["credit_values"] = try creditValues() }
        var markups: [String: JSONTree] = [:]
        if !modelMarkup.isEmpty { markups["models"] = try percents(modelMarkup, "--model-markup") }
        if !providerMarkup.isEmpty { markups["providers"] = try percents(providerMarkup, "--provider-markup") }
        if !markups.isEmpty { members["markups"] = .object(markups) }
        if !members.isEmpty { patch = patch.merged(keepingNulls: members) }
        return patch == .object([:]) ? nil : patch
    }

    private func dunning() throws -> [String: JSONTree] {
        var members: [String: JSONTree] = [:]
        members["retry_days"] = try dunningRetryDays.map {
            $0 == "off" ? .list([]) : try TermText.numbers($0, "--dunning-retry-days")
        }
        members["give_up_days"] = try dunningGiveUpDays.map { try TermText.number($0, "--dunning-give-up-days") }
        members["at_end"] = dunningAtEnd.map(TermText.word)
        return members
    }

    private func creditValues() throws -> JSONTree {
        guard creditValue != ["none"] else { return .null }
        return .list(
            try pairs(creditValue, flag: "--credit-value").sorted { $0.key < $1.key }.map { day, micros in
                .object(["from": .text(day), "micros": try TermText.number(micros, "--credit-value")])
            })
    }

    private func percents(_ texts: [String], _ flag: String) throws -> JSONTree {
        .object(try pairs(texts, flag: flag).mapValues { try TermText.number($0, flag) })
    }
}

/// Single terms as people type them; `none` takes away.
enum TermText {
    static func word(_ text: String) -> JSONTree { text == "none" ? .null : .text(text) }

    static func flag(_ text: String, _ flag: String) throws -> JSONTree {
        switch text {
        case "true", "yes": .bool(true)
        case "false", "no": .bool(false)
        case "none": .null
        default: throw ValidationError("\(flag) holds \"\(text)\"; it should hold true, false or none")
        }
    }

    static func numbers(_ text: String, _ flag: String) throws -> JSONTree {
        guard text != "none" else { return .null }
        return .list(try text.split(separator: ",").map { try number(String($0), flag) })
    }

    static func number(_ text: String, _ flag: String) throws -> JSONTree {
        if text == "none" { return .null }
        if let whole = Int64(text) { return .integer(whole) }
        let isNumber = text.utf8.count <= 40 && text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?/) != nil
        guard isNumber, let number = Decimal(string: text) else {
            throw ValidationError("\(flag) holds \"\(text)\"; it should hold a number, for example 12.5, or none")
        }
        return .decimal(number)
    }
}

/// Terms as a file holds them.
enum TermsFile {
    private static let longest = 1 << 20

    static func read(_ path: String) throws -> JSONTree {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: path) {
            handle = opened
        } else {
            throw Failure.rejected("cannot_read", "\(path) cannot be read; is it there?")
        }
        let text = try handle.read(upToCount: longest) ?? Data()
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: text), case .object = tree else {
            throw Failure.rejected("undecodable_terms", "\(path) should hold one JSON object")
        }
        return tree
    }
}

extension JSONTree {
    /// A patch in which `members` go before what is there; a null in them takes away when the patch is applied.
    func merged(keepingNulls members: [String: JSONTree]) -> JSONTree {
        guard case .object(var present) = self else { return .object(members) }
        for (name, value) in members {
            if case .object(let inner) = value, let old = present[name] {
                present[name] = old.merged(keepingNulls: inner)
            } else {
                present[name] = value
            }
        }
        return .object(present)
    }
}
