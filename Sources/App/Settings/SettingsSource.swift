import Foundation

/// Finds the sources of the settings: what the command line gave, the environment, and the settings file.
struct SettingsSource: Sendable {
    let commandLine: [String: String]
    let environment: [String: String]
    let file: SettingsFile?

    /// - Parameter environment: a test gives its own.
    init(
        common: CommonOptions, flags: SettingFlags? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) {
        var commandLine = flags?.given ?? [:]
        commandLine["BURSAR_DATABASE"] = common.database
        self.commandLine = commandLine
        self.environment = environment
        file = try Self.file(common.config ?? environment["BURSAR_CONFIG"])
    }

    func layers() throws(SettingsError) -> SettingsLayers {
        try SettingsLayers(commandLine: commandLine, environment: environment, file: file)
    }

    /// A file that was named must be there; the one in the working folder may be.
    private static func file(_ named: String?) throws(SettingsError) -> SettingsFile? {
        if let named, !named.isEmpty { return try SettingsFile.read(named) }
        guard FileManager.default.fileExists(atPath: SettingsFile.standardName) else { return nil }
        return try SettingsFile.read(SettingsFile.standardName)
    }
}
