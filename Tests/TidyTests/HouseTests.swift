import Foundation
import Testing

/// What the front page and the folders promise is there.
@Suite struct HouseTests {
    static func unmirrored(_ files: [TextFile]) -> [Violation] {
        let modules = Set(files.compactMap { $0.isUnder("Sources") ? ImportGraph.module(of: $0.path) : nil })
        let tested = Set(files.compactMap { $0.isUnder("Tests") ? ImportGraph.module(of: $0.path) : nil })
        let cellarAndDoorsteps: Set = ["CCurl", "COpenSSL", "CSQLite", "CPostgres", "RehearseApp", "SandboxApp"]
        return modules.subtracting(cellarAndDoorsteps).filter { !tested.contains($0 + "Tests") }.sorted()
            .map { Violation(path: "Sources/\($0)", what: "has no Tests/\($0)Tests") }
    }

    /// Links in Markdown to files that are not there.
    static func brokenLinks(_ files: [TextFile], exists: (String) -> Bool) -> [Violation] {
        files.filter { $0.hasExtension("md") }.flatMap { file in
            file.lines.enumerated().flatMap { number, line in
                line.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/).map { String($0.output.1) }
                    .filter { !$0.contains("://") && !exists(place($0, beside: file.path)) }
                    .map { Violation(path: file.path, line: number + 1, what: "\($0) is not there") }
            }
        }
    }

    private static func place(_ link: String, beside path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for step in link.split(separator: "/") where step != "." {
            if step == ".." { _ = parts.popLast() } else { parts.append(String(step)) }
        }
        return parts.joined(separator: "/")
    }

    /// `make` verbs that a page tells people to type and that the Makefile does not know.
    static func unknownVerbs(_ files: [TextFile], makefile: String) -> [Violation] {
        let verbs = Set(makefile.matches(of: /(?m)^([a-z][\w-]*):/).map { String($0.output.1) })
        return files.filter { $0.hasExtension("md") }.flatMap { file in
            file.lines.enumerated().flatMap { number, line in
                line.matches(of: /(?:^\s*|[`(])make ([a-z][\w-]*)/).map { String($0.output.1) }
                    .filter { !verbs.contains($0) }
                    .map { Violation(path: file.path, line: number + 1, what: "`make \($0)` is not in the Makefile") }
            }
        }
    }

    @Test func `tests mirror sources`() { #expect(Self.unmirrored(Repository.files) == []) }

    @Test func `every link leads somewhere`() {
        #expect(Self.brokenLinks(Repository.files, exists: Repository.exists) == [])
    }

    @Test func `every make verb that a page names is in the Makefile`() throws {
        #expect(Self.unknownVerbs(Repository.files, makefile: try Repository.text("Makefile")) == [])
    }

    @Test func `every folder of an event is listed beside the Webhooks target`() throws {
        let package = try Repository.text("Package.swift")
        let folders = Set(
            Repository.files.filter { $0.isUnder("Webhooks") }.compactMap { file in
                let parts = file.path.split(separator: "/")
                return parts.count > 2 ? String(parts[1]) : nil
            })
        #expect(folders.count > 0)
        #expect(folders.filter { !package.contains("\"\($0)\",") } == [])
    }

    @Test func `a module without tests, a dead link and an unknown verb are seen`() {
        let module = TextFile(path: "Sources/Cash/A.swift", text: "")
        let page = TextFile(
            path: "Docs/A.md", text: "see [b](../B.md#part), [c](C.md) and [d](https://d.example)\nmake tea")
        #expect(Self.unmirrored([module]).count == 1)
        #expect(Self.brokenLinks([page], exists: { $0 == "B.md" }).map(\.what) == ["C.md is not there"])
        #expect(Self.unknownVerbs([page], makefile: "coffee: water\n\tboil").map(\.line) == [2])
    }
}
