import Foundation

extension SettingsFile {
    /// Puts values before those that a list in the file holds, in one step: the file is the old one or the new one,
    /// and as readable as it was. Everything else stays as it was written.
    /// - Throws: what the system says.
    func putFirst(_ additions: [(name: String, secret: String)]) throws {
        var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        for (name, secret) in additions { Self.putFirst(secret, of: name, in: &lines) }
        try replace(by: lines.joined(separator: "\n"))
    }

    /// In its line; else in place of the line that has it commented out; else at the end.
    static func putFirst(_ value: String, of name: String, in lines: inout [String]) {
        func place(_ prefix: String) -> Int? {
            lines.firstIndex { $0.trimmingCharacters(in: .whitespaces).hasPrefix(prefix) }
        }
        if let place = place("\(name)="), let known = try? parse(lines[place], path: "")[name] {
            lines[place] = "\(name)=" + ([value] + (known.isEmpty ? [] : [known])).joined(separator: ",")
        } else if let place = place("#\(name)=") {
            lines[place] = "\(name)=\(value)"
        } else {
            if lines.last?.isEmpty == true { lines.removeLast() }
            lines += ["\(name)=\(value)", ""]
        }
    }

    private func replace(by text: String) throws {
        var old = stat()
        guard stat(path, &old) == 0 else { throw Failure.rejected("cannot_write", "\(path) cannot be read") }
        let fresh = "\(path).new"
        try? FileManager.default.removeItem(atPath: fresh)
        try writePrivately(text, to: fresh)
        guard chown(fresh, old.st_uid, old.st_gid) == 0, chmod(fresh, old.st_mode & 0o7777) == 0,
            rename(fresh, path) == 0
        else {
            let fault = String(cString: strerror(errno))
            try? FileManager.default.removeItem(atPath: fresh)
            throw Failure.rejected("cannot_write", "\(path) cannot be replaced: \(fault)")
        }
    }
}
