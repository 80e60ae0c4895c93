import Foundation

/// The settings file that `init` writes: every setting with its meaning, all but those that are known commented out.
enum SettingsFileText {
    static func make(database: String) -> String {
        let groups = SettingDefinition.all.reduce(into: [(name: String, settings: [SettingDefinition])]()) {
            groups, setting in
            if groups.last?.name == setting.group {
                groups[groups.count - 1].settings.append(setting)
            } else {
                groups.append((setting.group, [setting]))
            }
        }
        let sections = groups.map { group in
            "# --- \(group.name)\n\n"
                + group.settings.map { lines($0, database: database) }.joined(separator: "\n\n")
        }
        return """
            # Settings of Bursar. The command line and the environment go before this file.
            # It may hold secrets: keep its mode 0600. `bursar settings` shows what is in force.

            \(sections.joined(separator: "\n\n"))

            """
    }

    private static func lines(_ setting: SettingDefinition, database: String) -> String {
        let meaning = wrapped(setting.meaning).map { "# \($0)" }.joined(separator: "\n")
        if setting.name == "database" { return "\(meaning)\n\(setting.environment)=\(database)" }
        return "\(meaning)\n#\(setting.environment)=\(setting.default ?? setting.example)"
    }

    private static func wrapped(_ text: String, width: Int = 100) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// Writes a file that only its owner may read, where there is none.
func writePrivately(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
        throw .rejected("cannot_write", "\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
    } catch {
        unlink(path)
        throw .rejected("cannot_write", "\(path) cannot be written; is the disk full?")
    }
}
