import Billing
import Server
import Worker

/// What a person sees of a proposal.
struct PriceImportReport {
    let proposal: CatalogueProposal
    let leftOut: LeftOutModels
    let batch: PriceImport?
    let isApplied: Bool
    let showsAll: Bool

    private var difference: CatalogueDifference { proposal.difference }

    var shape: JSON {
        .object([
            ("applied", .bool(batch != nil)), ("import", JSON(batch?.id.text)),
            ("new", .array(difference.new.map { .string($0.fullName) })),
            ("dearer", .array(difference.dearer.map(\.shape))), ("cheaper", .array(difference.cheaper.map(\.shape))),
            ("changed_units", .array(difference.oneSided.map(\.shape))),
            ("changed_thresholds", .array(difference.thresholds.map(\.shape))),
            ("unchanged", .integer(Int64(difference.unchanged))),
            (
                "held_back",
                .array(
                    proposal.findings.map {
                        .object([
                            ("model", .string($0.model)), ("code", .string($0.kind.rawValue)),
                            ("detail", .string($0.detail)),
                        ])
                    })
            ),
            ("kept_names", .array(proposal.keptNames.map(\.shape))),
            ("moved_names", .array(proposal.movedNames.map(\.shape))),
            ("unknown_confirmations", .array(proposal.unknownConfirmations.map(JSON.string))),
            ("planned", .array(proposal.planned.map(\.shape))),
            ("left_out", .array(leftOut.entries.map(\.shape))), ("gone", .array(gone.map(JSON.string))),
        ])
    }

    /// Models that the file does not know; one that it knows and that is left out is told of there.
    private var gone: [String] { proposal.gone.filter { !leftOut.names.contains($0) } }

    func text(on terminal: Terminal) -> String {
        var lines: [String] = []
        lines += section("new", difference.new.map(\.fullName), terminal)
        lines += section("dearer", difference.dearer.map(\.text), terminal)
        lines += section("cheaper", difference.cheaper.map(\.text), terminal)
        lines += section("priced otherwise", difference.oneSided.map(\.text), terminal)
        lines += section("long from another length on", difference.thresholds.map(\.text), terminal)
        lines += section("planned, and as before", proposal.planned.flatMap(\.lines), terminal)
        lines += section("names that move", proposal.movedNames.map(\.movedText), terminal)
        lines += section("names that keep their model", proposal.keptNames.map(\.keptText), terminal)
        lines += section("confirmed, and nothing to confirm", proposal.unknownConfirmations, terminal)
        lines += section("held back", proposal.findings.map(\.description), terminal)
        lines += section("left out", leftOut.entries.map(\.text), terminal)
        lines += section("not in the file, and as before", gone, terminal)
        lines.append(
            "\(difference.new.count) new, \(difference.dearer.count) dearer, \(difference.cheaper.count) cheaper, "
                + "\(difference.unchanged) as before, \(proposal.heldBack.count) held back, "
                + "\(leftOut.entries.count) left out, \(proposal.movedNames.count) names move, "
                + "\(proposal.keptNames.count) would mean another model and do not.")
        lines.append(ending)
        return lines.joined(separator: "\n")
    }

    private var ending: String {
        if let batch { return "Taken in as \(batch.id)." }
        if proposal.prices.isEmpty { return "There is nothing to take in." }
        return isApplied ? "Nothing was taken in." : "Nothing is changed yet: add --apply to take them in."
    }

    private func section(_ title: String, _ entries: [String], _ terminal: Terminal) -> [String] {
        guard !entries.isEmpty else { return [] }
        let shown = showsAll ? entries.count : min(10, entries.count)
        var lines = [terminal.style(title.uppercased(), .dim)] + entries.prefix(shown).map { "  \($0)" }
        if entries.count > shown { lines.append("  … and \(entries.count - shown) more; --all shows them") }
        return lines
    }
}

extension NameMove {
    private var others: String { offeredModels.joined(separator: " or ") }

    fileprivate var keptText: String {
        if case .model = offered {
            return "\(name): \(model) as before, not \(others); --confirm \(name) moves it"
        }
        return "\(name): \(model) as before, and not \(others)"
    }

    fileprivate var movedText: String { "\(name): \(model) → \(others)" }

    fileprivate var shape: JSON {
        .object([
            ("name", .string(name)), ("model", .string(model)), ("offered", .array(offeredModels.map(JSON.string))),
        ])
    }
}

extension CatalogueProposal.Planned {
    fileprivate var lines: [String] {
        changes.map { "\($0.text), from \(price.from) by \(price.version)" }
    }

    fileprivate var shape: JSON {
        .object([
            ("model", .string(price.fullName)), ("from", .string("\(price.from)")),
            ("version", .string(price.version)), ("changes", .array(changes.map(\.shape))),
        ])
    }
}

extension CatalogueDifference.Change {
    private var what: String { isLongContext ? "\(unit) of a long context" : "\(unit)" }

    fileprivate var text: String {
        let (from, to) = (before.map { written($0) } ?? "none", after.map { written($0) } ?? "none")
        let share = percent.map { " (\($0.decimal) %)" } ?? ""
        return "\(model): \(what) \(from) → \(to)\(share)"
    }

    private func written(_ price: UnitPrice) -> String {
        unit.isPricedPerMillion ? "\(price.perMillion) a million" : "\(price)"
    }

    fileprivate var shape: JSON {
        .object([
            ("model", .string(model)), ("unit", .string(unit.name)), ("long_context", .bool(isLongContext)),
            ("before", JSON(before.map(written))), ("after", JSON(after.map(written))),
            ("percent", percent.map { .decimal($0.decimal) } ?? .null),
        ])
    }
}

extension CatalogueDifference.ThresholdMove {
    fileprivate var text: String { "\(model): a long context begins above \(after) tokens, not \(before)" }

    fileprivate var shape: JSON {
        .object([
            ("model", .string(model)), ("before", .string("\(before)")), ("after", .string("\(after)")),
        ])
    }
}

/// What a file says of models, and is not taken in.
struct LeftOutModels {
    struct Entry {
        let model: LiteLLMMap.LeftOut
        /// It has a price, which it keeps.
        let isKnown: Bool

        fileprivate var text: String { model.description + (isKnown ? "; it keeps the price that it has" : "") }

        fileprivate var shape: JSON {
            .object([
                ("name", .string(model.name)), ("model", JSON(model.model)), ("code", JSON(model.finding?.rawValue)),
                ("detail", .string(model.reason)), ("keeps_price", .bool(isKnown)),
            ])
        }
    }

    /// First those that keep an older price, then those whose prices cannot be right.
    let entries: [Entry]
    /// `provider/model` of each.
    let names: Set<String>

    var isAnyKnown: Bool { entries.first?.isKnown ?? false }

    /// - Parameter known: models that have a price and get no other, as `provider/model`.
    init(_ leftOut: [LiteLLMMap.LeftOut], keeping known: Set<String>) {
        let all = leftOut.map { model in
            Entry(model: model, isKnown: model.model.map(known.contains) ?? false)
        }
        let (older, new) = (all.filter(\.isKnown), all.filter { !$0.isKnown })
        entries = older + new.filter { $0.model.finding != nil } + new.filter { $0.model.finding == nil }
        names = Set(leftOut.compactMap(\.model))
    }
}
