/// A setting that stops the start. `description` is one line: which setting, what it holds (never a secret's value),
/// and what it should hold.
struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    static func wrong(_ definition: SettingDefinition, _ value: SettingValue) -> Self {
        let held =
            definition.secret
            ? "a value of \(value.text.utf8.count) characters that is not shown" : "\"\(oneLine(value.text))\""
        return Self(
            description:
                "\(definition.environment) holds \(held) (from \(value.origin)); it should hold \(definition.holds), "
                + "for example \(definition.example)")
    }

    static func mistaken(_ definition: SettingDefinition, _ value: SettingValue, for other: String) -> Self {
        Self(
            description: "\(definition.environment) holds \(other) (from \(value.origin)); it should hold the signing "
                + "secret that Stripe shows with the endpoint, for example \(definition.example)")
    }

    static func missing(_ environment: String, because need: String) -> Self {
        Self(description: "\(environment) is not set; \(need)")
    }

    static func conflict(_ environment: String, holds: String, should: String) -> Self {
        Self(description: "\(environment) holds \(holds); it should hold \(should)")
    }

    static func unknown(_ name: String, in place: String, among known: [String]) -> Self {
        let nearest = nearestName(to: name, among: known).map { "; did you mean \($0)?" }
        return Self(
            description: "\(oneLine(name)) in \(place) is not a setting"
                + (nearest ?? "; `bursar settings` lists them all"))
    }

    static func malformed(file: String, line: Int) -> Self {
        Self(description: "\(file), line \(line), is not of the form NAME=value; comments begin with #")
    }

    static func repeated(_ name: String, file: String, line: Int) -> Self {
        Self(description: "\(name) stands twice in \(file), again on line \(line); keep one of the two")
    }

    static func twoSources(_ environment: String, in place: String) -> Self {
        Self(description: "\(environment) and \(environment)_FILE are both set in \(place); keep one of the two")
    }

    static func unreadable(_ what: String, path: String, reason: String) -> Self {
        Self(description: "\(what) \(path) cannot be read: \(reason)")
    }
}

private func oneLine(_ text: String) -> String {
    String(text.prefix(80).map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? "?" : $0 })
}
