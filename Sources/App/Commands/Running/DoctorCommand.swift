import ArgumentParser
import Foundation
import Server

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Looks at everything that Bursar needs: settings, database, Stripe, webhook secrets, clock, disk, address.",
        discussion: """
            Exit status 0: all is well, or only warnings; 1: something is wrong; 2: something could not be checked.

            Example:
              bursar doctor --config /etc/bursar/bursar.env
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Settings", visibility: .hidden) var flags: SettingFlags

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(json: common.json, environment: environment)
        try await reportingFailures(on: terminal) {
            let source = try SettingsSource(common: common, flags: flags, environment: environment)
            let settings = try Settings(source.layers())
            let progress = Progress(on: terminal)
            defer { progress.finish() }
            var examination = Examination(Diagnosis.settings(settings, file: source.file))
            do {
                try await Workplace.open(settings, creating: false) { workplace in
                    let doctor = Doctor(workplace: workplace)
                    for (name, examine) in doctor.examinations {
                        progress.update("looking at \(name)")
                        examination.diagnoses += try await examine()
                    }
                }
            } catch {
                examination.diagnoses.append(Diagnosis("database", .bad, Failure(error).detail))
            }
            progress.finish()
            try terminal.show(examination) { examination.text(on: terminal) }
            if examination.status != .done { throw examination.status.code }
        }
    }
}

/// One thing that was looked at.
struct Diagnosis: Encodable, Hashable, Sendable {
    enum Verdict: String, Encodable, Sendable {
        case good = "ok"
        case warning
        case bad = "wrong"
        case unchecked

        var colour: Terminal.Colour {
            switch self {
            case .good: .green
            case .warning, .unchecked: .yellow
            case .bad: .red
            }
        }
    }

    let check: String
    let verdict: Verdict
    let detail: String

    init(_ check: String, _ verdict: Verdict, _ detail: String) {
        self.check = check
        self.verdict = verdict
        self.detail = detail
    }

    /// What can be said without opening anything.
    static func settings(_ settings: Settings, file: SettingsFile?) -> [Diagnosis] {
        var diagnoses = [Diagnosis("settings", .good, file.map { "read from \($0.path)" } ?? "no settings file")]
        if let file, let mode = permissions(file.path), mode & 0o077 != 0 {
            diagnoses.append(Diagnosis("settings", .warning, "others can read \(file.path): chmod 600 \(file.path)"))
        }
        return diagnoses + settings.gaps.map { Diagnosis("settings", .warning, $0) }
    }

    private static func permissions(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)??.intValue
    }
}

/// All that was looked at.
struct Examination: Encodable, Sendable {
    var diagnoses: [Diagnosis]

    init(_ diagnoses: [Diagnosis]) { self.diagnoses = diagnoses }

    enum CodingKeys: String, CodingKey { case diagnoses = "checks" }

    var status: ExitStatus {
        let verdicts = Set(diagnoses.map(\.verdict))
        if verdicts.contains(.bad) { return .finding }
        return verdicts.contains(.unchecked) ? .unchecked : .done
    }

    func text(on terminal: Terminal) -> String {
        var table = Table(["", "check", "what was found"])
        for diagnosis in diagnoses {
            table.add([
                Table.Cell(diagnosis.verdict.rawValue, diagnosis.verdict.colour), Table.Cell(diagnosis.check),
                Table.Cell(diagnosis.detail),
            ])
        }
        return table.text(on: terminal)
    }
}
