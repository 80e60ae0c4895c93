import Foundation

/// Which module imports which, as the sources say, against the floors of the house.
struct ImportGraph {
    /// What a floor may import of ours; which outside packages it may, `Package.swift` says.
    struct Floor {
        let ours: Set<String>
        var usesFoundation = true
    }

    static let floors: [String: Floor] = [
        "Ledger": Floor(ours: [], usesFoundation: false),
        "Config": Floor(ours: []),
        "Webhooks": Floor(ours: []),
        "Billing": Floor(ours: ["Config", "Ledger"]),
        "Storage": Floor(ours: ["Billing", "COpenSSL", "CSQLite", "Ledger"]),
        "Stripe": Floor(ours: ["CCurl", "COpenSSL"]),
        "Worker": Floor(ours: ["Billing", "COpenSSL", "Ledger", "Storage", "Stripe", "Webhooks"]),
        "Server": Floor(ours: ["Billing", "Ledger", "Storage", "Worker"]),
        "App": Floor(ours: ["Billing", "Config", "Ledger", "Server", "Storage", "Stripe", "Webhooks", "Worker"]),
        "StripeSandbox": Floor(ours: ["CCurl", "COpenSSL"]),
        "SandboxApp": Floor(ours: ["StripeSandbox"]),
        "Rehearsal": Floor(
            ours: ["Billing", "COpenSSL", "Ledger", "Server", "Storage", "Stripe", "StripeSandbox", "Worker"]),
        "RehearseApp": Floor(ours: ["Rehearsal"]),
        "Demo": Floor(ours: ["Stripe", "Webhooks"]),
    ]

    static let cellar: Set = ["CCurl", "COpenSSL", "CSQLite", "CPostgres"]
    static let toolchain: Set = [
        "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin", "Testing",
    ]

    let files: [TextFile]
    let package: String

    static func module(of path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        return switch parts.first {
        case "Sources", "Tests", "Examples": parts.count > 2 ? parts[1] : nil
        case "Config", "Webhooks": parts[0]
        default: nil
        }
    }

    static func imports(of file: TextFile) -> [(line: Int, module: String)] {
        let modifiers = #/^\s*(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private)\s+)*/#
        let imported = #/import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/#
        return file.swift.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { number, line in
                let rest = line.trimmingPrefix(modifiers)
                return rest.prefixMatch(of: imported).map { (number + 1, String($0.output.1)) }
            }
    }

    /// Imports of ours that go up, sideways, or into a floor that must not be seen.
    var upward: [Violation] {
        files.flatMap { file -> [Violation] in
            guard let module = Self.module(of: file.path), !file.isUnder("Tests") else { return [] }
            guard let floor = Self.floors[module] else {
                return [
                    Violation(path: file.path, what: "\(module) is on no floor; say on which in ImportGraph.floors")
                ]
            }
            return Self.imports(of: file).compactMap { line, imported in
                let isOurs = Self.floors[imported] != nil || Self.cellar.contains(imported)
                let isAllowed = isOurs ? floor.ours.contains(imported) : floor.usesFoundation
                return isAllowed ? nil : Violation(path: file.path, line: line, what: "\(module) imports \(imported)")
            }
        }
    }

    /// Imports that compile only because a dependency of a dependency is there.
    var undeclared: [Violation] {
        files.flatMap { file -> [Violation] in
            guard let module = Self.module(of: file.path) else { return [] }
            let declared = Self.dependencies(of: module, in: package)
            return Self.imports(of: file).compactMap { line, imported in
                guard !declared.contains(imported), !Self.toolchain.contains(imported) else { return nil }
                return Violation(
                    path: file.path, line: line, what: "\(imported) is not a dependency of \(module) in Package.swift")
            }
        }
    }

    /// The modules that `Package.swift` gives to a target, by the text of its `dependencies:`.
    static func dependencies(of target: String, in package: String) -> Set<String> {
        guard let start = package.range(of: #"name: "\#(target)""#, options: .backwards) else { return [] }
        let rest = package[start.upperBound...]
        let ends = ["arget(", ".systemLibrary("].compactMap { rest.range(of: $0)?.lowerBound }
        let declaration = rest[..<(ends.min() ?? rest.endIndex)]
        guard let list = declaration.range(of: "dependencies: [") else { return [] }
        var depth = 1
        let body = declaration[list.upperBound...].prefix { character in
            depth += character == "[" ? 1 : character == "]" ? -1 : 0
            return depth > 0
        }
        let products = body.matches(of: /\.product\(name: "(\w+)"/).map { String($0.output.1) }
        let targets = body.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"(\w+)"/).map { String($0.output.1) }
        return Set(products + targets)
    }
}
