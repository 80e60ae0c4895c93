import Server

/// What became of the lines; only so many rejections are told one by one.
struct ImportTally {
    private(set) var accepted: Int64 = 0
    private(set) var duplicates: Int64 = 0
    private(set) var rejected: Int64 = 0
    private var rejections: [(file: String?, line: Int64, fault: UsageResult.Fault)] = []

    private static let shown = 20

    var total: Int64 { accepted + duplicates + rejected }

    mutating func count(_ result: UsageResult, line: Int64, of file: String?) {
        switch result.status {
        case .accepted: accepted += 1
        case .duplicate: duplicates += 1
        case .rejected: rejected += 1
        }
        if let fault = result.fault, rejections.count < Self.shown { rejections.append((file, line, fault)) }
    }

    /// What an earlier run has counted, which was killed.
    mutating func add(accepted: Int64, duplicates: Int64, rejected: Int64) {
        self.accepted += accepted
        self.duplicates += duplicates
        self.rejected += rejected
    }

    var shape: JSON {
        let rejections = self.rejections.map { entry in
            JSON.object([
                ("file", JSON(entry.file)), ("line", .integer(entry.line)), ("code", .string(entry.fault.code)),
                ("detail", .string(entry.fault.detail)), ("field", JSON(entry.fault.field)),
            ])
        }
        return .object([
            ("accepted", .integer(accepted)), ("duplicate", .integer(duplicates)), ("rejected", .integer(rejected)),
            ("rejections", .array(rejections)),
        ])
    }

    func text(on terminal: Terminal, isDryRun: Bool = false) -> String {
        let accepted = isDryRun ? "\(accepted) would be accepted" : "\(accepted) accepted"
        var lines = ["\(accepted), \(duplicates) there already, \(rejected) rejected"]
        let files = Set(rejections.map(\.file))
        lines += rejections.map { entry in
            let file = files.count > 1 ? entry.file.map { "\($0), " } ?? "" : ""
            let field = entry.fault.field.map { "\($0): " } ?? ""
            let detail = commandsForRoutes(in: entry.fault.detail)
            return terminal.style("\(file)line \(entry.line): \(field)\(detail)", .red)
        }
        if rejected > rejections.count { lines.append("… and \(rejected - Int64(rejections.count)) more") }
        return lines.joined(separator: "\n")
    }
}
