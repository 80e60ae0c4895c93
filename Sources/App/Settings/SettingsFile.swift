import Foundation

/// The settings file: `NAME=value` a line, with the names of the environment, so that systemd's `EnvironmentFile=`
/// and `docker --env-file` read the same file. Stricter than they are: what is not understood is refused.
struct SettingsFile: Sendable {
    static let standardName = "bursar.env"

    let path: String
    let values: [String: String]

    static func read(_ path: String) throws(SettingsError) -> SettingsFile {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable("the settings file", path: path, reason: fileFault(error))
        }
        return SettingsFile(path: path, values: try parse(text, path: path))
    }

    static func parse(_ text: String, path: String) throws(SettingsError) -> [String: String] {
        var values: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw .malformed(file: path, line: index + 1)
            }
            let name = line[..<equals].trimmingCharacters(in: .whitespaces)
            guard values[name] == nil else { throw .repeated(name, file: path, line: index + 1) }
            values[name] = unquoted(line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces))
        }
        return values
    }

    private static func unquoted(_ text: String) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }
}

/// Why a file could not be read, without its contents.
func fileFault(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "no permission"
    case .fileReadInapplicableStringEncoding: "it is not UTF-8 text"
    default: "the system refuses it"
    }
}
