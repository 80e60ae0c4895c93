import ArgumentParser
import Foundation

struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Lists every setting: what it holds, where that comes from, and what it means.",
        discussion: """
            The command line goes before the environment, that before the settings file, that before the default. \
            A secret is never shown, and never given on the command line: give its file, as BURSAR_…_FILE or by flag.

            Examples:
              bursar settings
              bursar settings --all --config /etc/bursar/bursar.env
              bursar settings --as-file --database /var/lib/bursar.sqlite > bursar.env
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Settings", visibility: .hidden) var flags: SettingFlags

    @Flag(help: "Show the meaning and an example of each, too.") var all = false
    @Flag(help: "Print a settings file to start from, as `init` writes it.") var asFile = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(json: common.json, environment: environment)
        if asFile {
            let database = common.database ?? SettingDefinition.all.first { $0.name == "database" }?.default
            return terminal.out(SettingsFileText.make(database: database ?? ""))
        }
        try await reportingFailures(on: terminal) {
            let source = try SettingsSource(common: common, flags: flags, environment: environment)
            let layers = try source.layers()
            let sheet = try SettingsSheet(layers)
            let lines = sheet.values.map(SettingLine.init)
            try terminal.show(SettingsAnswer(file: source.file?.path, settings: lines)) {
                all ? full(lines, on: terminal) : table(lines, on: terminal)
            }
            _ = try Settings(layers)
        }
    }

    private func table(_ lines: [SettingLine], on terminal: Terminal) -> String {
        var table = Table(["setting", "holds", "from"])
        for line in lines {
            table.add([Table.Cell(line.environment), Table.Cell(line.held), Table.Cell(line.origin ?? "", .dim)])
        }
        return table.text(on: terminal)
    }

    private func full(_ lines: [SettingLine], on terminal: Terminal) -> String {
        lines.map { line in
            var text = Particulars()
            text.add("holds", line.held)
            text.add("from", line.origin)
            text.add("should", "hold \(line.holds), for example \(line.example)")
            text.add("flag", line.flag)
            let heading = terminal.style(line.environment, .bold)
            return "\(heading)\n  \(line.meaning)\n" + indented(text.text(on: terminal))
        }.joined(separator: "\n\n")
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }
}

/// One setting as `bursar settings` shows it; a secret's value is not in it.
struct SettingLine: Encodable, Sendable {
    let name: String
    let environment: String
    let flag: String
    let meaning: String
    let holds: String
    let example: String
    let standard: String?
    let isSecret: Bool
    let isSet: Bool
    let value: String?
    let origin: String?
    private let secretLength: Int

    enum CodingKeys: String, CodingKey {
        case name, environment, flag, meaning, holds, example, value, origin
        case standard = "default"
        case isSecret = "secret"
        case isSet = "set"
    }

    init(definition: SettingDefinition, value: SettingValue?) {
        name = definition.name
        environment = definition.environment
        flag = definition.flag
        meaning = definition.meaning
        holds = definition.holds
        example = definition.example
        standard = definition.default
        isSecret = definition.secret
        isSet = value != nil
        self.value = definition.secret ? nil : value?.text
        origin = value.map { "\($0.origin)" }
        secretLength = definition.secret ? value?.text.utf8.count ?? 0 : 0
    }

    var held: String {
        guard isSet else { return "(not set)" }
        return value ?? "(secret of \(secretLength) characters)"
    }
}

private struct SettingsAnswer: Encodable {
    let file: String?
    let settings: [SettingLine]
}
