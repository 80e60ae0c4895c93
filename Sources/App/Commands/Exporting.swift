import ArgumentParser
import Server

extension ExportFormat: ExpressibleByArgument {}

/// How an export is written.
struct ExportOptions: ParsableArguments, Sendable {
    @Option(help: "csv, json (one array) or ndjson (one object a line).") var format = ExportFormat.csv

    /// Whoever asks for JSON gets it.
    func chosen(_ terminal: Terminal) -> ExportFormat { terminal.json && format == .csv ? .json : format }
}

extension Desk {
    var exports: Exports { Exports(worker: worker) }

    /// Writes out part after part.
    func write(_ stream: any TextStream) async throws {
        while let part = try await stream.next() { terminal.out(part) }
    }
}
