import ArgumentParser
import Worker

struct UsageImportCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports files of usage, CSV or one JSON object a line, of any size.",
        discussion: """
            A CSV file begins with a line that names its columns as the fields of POST /v1/usage are named: id, \
            customer, time, cost_micros, model … Quantities are columns named by their unit (input_tokens; one of \
            your own as quantities.pages), metadata are columns metadata.NAME; an empty cell says nothing.

            A LINE WITHOUT `time` HAPPENED NOW: it counts in today's totals and limits. Give what is older its time \
            (RFC 3339). Imported lines never count in limits a minute.

            Lines are recorded a thousand a commit, together with how far the file is: after a failure or a kill the \
            same command goes on there, and a file that has grown goes on at its old end. An event that is there \
            already changes nothing. The exit status is 1 when a line was rejected; the others are recorded.

            Examples:
              bursar usage import events.csv
              bursar usage import january.csv february.csv --rejects rejects.ndjson
              bursar usage import export.csv --map id=request_id --map customer=user --ignore region --dry-run
              zcat events.ndjson.gz | bursar usage import - --format ndjson
            """)

    @Argument(help: "The files; - for standard input.") var files: [String]
    @Option(help: ArgumentHelp("csv or ndjson; by the name's ending, if left out.", valueName: "format"))
    var format: String?
    @Option(
        help: ArgumentHelp(
            "Takes our field from the column of that name; may be given several times.", valueName: "field=column"))
    var map: [String] = []
    @Option(help: ArgumentHelp("A column to leave out; may be given several times.", valueName: "column"))
    var ignore: [String] = []
    @Option(help: "What reports the events that do not say it.") var source = "import"
    @Option(
        help: ArgumentHelp(
            "A file that gets each rejected line with its number and the reason, as JSON.", valueName: "file"))
    var rejects: String?
    @Flag(help: "Tries every line, also against those before it (up to a million), and keeps nothing.") var dryRun =
        false
    @Flag(help: "Begins at the first line, whatever was imported before.") var restart = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name the files to import; - is standard input.") }
        if let format, ImportedFile.Format(rawValue: format) == nil {
            throw ValidationError("--format holds \"\(format)\"; it should hold csv or ndjson.")
        }
        for pair in map where pair.split(separator: "=", maxSplits: 1).count != 2 {
            throw ValidationError("--map holds \"\(pair)\"; it should hold our field and the file's column: id=request")
        }
    }

    func run(at desk: Desk) async throws {
        // Everything is looked for before anything is done.
        let files = try files.map { try ImportedFile($0, format: format.flatMap(ImportedFile.Format.init)) }
        var importer = UsageImporter(
            desk: desk, merchant: merchant, names: names, source: source, remembers: true, restarts: restart,
            tried: dryRun ? TriedEvents() : nil)
        importer.rejects = try rejects.map(RejectsFile.init)
        var tally = ImportTally()
        for file in files { try await importer.run(file, &tally) }
        try desk.show(tally.shape) { tally.text(on: desk.terminal, isDryRun: dryRun) }
        if tally.rejected > 0 { throw ExitStatus.finding.code }
    }

    private var names: ColumnNames {
        var names = ColumnNames(ignored: Set(ignore))
        for pair in map {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            names.renamed[parts[1]] = parts[0]
        }
        return names
    }
}
