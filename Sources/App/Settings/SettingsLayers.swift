import Configuration
import Foundation

/// The sources of settings in their order: command line, environment, settings file, default.
struct SettingsLayers: Sendable {
    private struct Layer: Sendable {
        let origin: SettingValue.Origin
        let provider: any ConfigProvider
    }

    private let layers: [Layer]

    /// - Parameters:
    ///   - commandLine: texts by the setting's environment name, or that with `_FILE`.
    ///   - environment: the whole environment; what does not begin with `BURSAR_` is none of ours.
    /// - Throws: for a name that is no setting, in the environment or in the file, with the nearest one that is.
    init(commandLine: [String: String], environment: [String: String], file: SettingsFile?) throws(SettingsError) {
        let ours = environment.filter { $0.key.hasPrefix("BURSAR_") && !Self.reserved.contains($0.key) }
        let known = SettingDefinition.environmentNames
        for name in ours.keys.sorted() where !known.contains(name) {
            throw .unknown(name, in: "the environment", among: known)
        }
        for name in (file?.values ?? [:]).keys.sorted() where !known.contains(name) {
            throw .unknown(name, in: file?.path ?? "", among: known)
        }
        let standard = Dictionary(
            uniqueKeysWithValues: SettingDefinition.all.compactMap { setting in
                setting.default.map { (setting.environment, $0) }
            })
        layers =
            [Self.layer(.commandLine, commandLine), Self.layer(.environment, ours)]
            + (file.map { [Self.layer(.file(path: $0.path), $0.values)] } ?? [])
            + [Self.layer(.standard, standard)]
    }

    /// Names that steer how settings are found, and are none themselves.
    static let reserved: Set = ["BURSAR_CONFIG", "BURSAR_SHARED"]

    private static func layer(_ origin: SettingValue.Origin, _ values: [String: String]) -> Layer {
        // An empty text means "not set", as it does in unit files and shell scripts.
        let given = values.filter { !$0.value.isEmpty }
        return Layer(
            origin: origin,
            provider: EnvironmentVariablesProvider(environmentVariables: given, secretsSpecifier: .all))
    }

    /// The first source that has the setting; a secret's file is read here.
    func value(of definition: SettingDefinition) throws(SettingsError) -> SettingValue? {
        for layer in layers {
            let direct = text(definition.environment, in: layer)
            let file = definition.fileEnvironment.flatMap { text($0, in: layer) }
            switch (direct, file) {
            case (nil, nil): continue
            case (.some, .some): throw .twoSources(definition.environment, in: "\(layer.origin)")
            case (let direct?, nil): return SettingValue(text: direct, origin: layer.origin)
            case (nil, let path?): return try Self.secret(definition, at: path)
            }
        }
        return nil
    }

    private func text(_ environmentName: String, in layer: Layer) -> String? {
        let key = AbsoluteConfigKey(environmentName.lowercased().split(separator: "_").map(String.init))
        guard case .string(let text)? = try? layer.provider.value(forKey: key, type: .string).value?.content
        else { return nil }
        return text
    }

    private static func secret(_ definition: SettingDefinition, at path: String) throws(SettingsError) -> SettingValue {
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return SettingValue(
                text: text.trimmingCharacters(in: .whitespacesAndNewlines), origin: .secretFile(path: path))
        } catch {
            throw .unreadable("the file of \(definition.environment)", path: path, reason: fileFault(error))
        }
    }
}
