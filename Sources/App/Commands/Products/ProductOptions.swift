import ArgumentParser
import Foundation
import Worker

/// A product's metrics: as a file, or one metric as flags.
struct ProductOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("JSON as in the API's `metrics`; - for standard input.", valueName: "file"))
    var metrics: String?
    @Option(help: "The meter that it is priced by, by its slug.") var meter: String?
    @Option(help: "What rates are in: money or credits.") var unit: String?
    @Option(help: "graduated: each band prices its part; volume: the band that is reached prices all.")
    var mode: String?
    @Option(
        help: ArgumentHelp(
            "A band of the tiers, the last with * for no end; rates for one, fixed micros on entering. May be given "
                + "several times.", valueName: "name=up_to:rate[:fixed]"))
    var band: [String] = []

    func validate() throws {
        let isOne = meter != nil && !band.isEmpty
        let saysAny = meter != nil || unit != nil || mode != nil || !band.isEmpty
        guard metrics == nil ? isOne || !saysAny : !saysAny else {
            throw ValidationError("Give --metrics with a file, or --meter and a --band for each tier.")
        }
    }

    /// - Returns: `nil` when nothing was said.
    func tree() throws -> JSONTree? {
        if let metrics { return try MetricsFile.read(metrics) }
        guard let meter else { return nil }
        return .list([
            .object([
                "meter": .text(meter), "unit": .text(unit ?? "money"), "mode": .text(mode ?? "graduated"),
                "bands": .list(try band.map(Self.band)),
            ])
        ])
    }

    private static func band(_ text: String) throws -> JSONTree {
        let named = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = named.last?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
        guard named.count == 2, (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("--band holds \"\(text)\"; it should hold first=1000:0.02 or rest=*:0.01:500000")
        }
        var members: [String: JSONTree] = ["name": .text(String(named[0])), "unit_rate": .text(parts[1])]
        if parts[0] != "*" { members["up_to"] = .text(parts[0]) }
        if parts.count == 3 { members["fixed_micros"] = try TermText.number(parts[2], "--band") }
        return .object(members)
    }
}

/// Metrics as a file holds them.
private enum MetricsFile {
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
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: text) else {
            throw Failure.rejected("undecodable_metrics", "\(path) should hold a JSON list of metrics")
        }
        return tree
    }
}
