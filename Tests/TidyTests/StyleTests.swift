import Foundation
import Testing

@Suite struct StyleTests {
    static let traps = Ban(
        patterns: [
            #"\btry!"#, #"\bas!"#, #"\bfatalError\("#, #"\bpreconditionFailure\("#, #"\bassertionFailure\("#,
            #"\bunowned\(unsafe\)"#,
        ],
        because: "what can go wrong is an error, not a trap")
    static let unfinished = Ban(
        patterns: [
            #"\bTO"# + #"DO\b"#, #"\bFIX"# + #"ME\b"#, #"\bX"# + #"XX\b"#, #"\bHA"# + #"CK\b"#,
            #"not (yet )?implemented"#,
        ],
        looksAt: .text, because: "what is merged is finished; what is left goes into an issue")
    static let printing = Ban(
        patterns: [#"(?<![.\w])print\("#, #"\bdebugPrint\("#, #"\bdump\("#, #"\bNSLog\("#],
        allowed: SeamTests.roofs, because: "only commands speak to a terminal; the rest logs")
    static let sleeping = Ban(
        patterns: [
            #"Task\.sleep"#, #"(?<![.\w])u?sleep\("#, #"Thread\.sleep"#, #"time\.sleep\("#, #"asyncio\.sleep\("#,
        ],
        allowed: ["Tests/Judges/processes.py"],
        because: "a test waits for what it waits for, and never sleeps")
    static let vagueNames = [
        "Utils", "Utilities", "Util", "Helper", "Helpers", "Manager", "Common", "Misc", "Base", "Impl", "Extensions",
    ]

    static let longestFile = 400
    static let widestLine = 120

    static let programs = Repository.files.filter { file in
        ["swift", "py", "c", "h", "sh", "lua"].contains { file.hasExtension($0) }
    }

    static func tooLong(_ files: [TextFile]) -> [Violation] {
        files.filter { $0.lines.count > longestFile + 1 }.map {
            Violation(path: $0.path, what: "\($0.lines.count) lines; a file tells one story in at most \(longestFile)")
        }
    }

    static func tooWide(_ files: [TextFile]) -> [Violation] {
        files.flatMap { file in
            file.lines.enumerated().filter { $0.element.count > widestLine }.map {
                Violation(path: file.path, line: $0.offset + 1, what: "\($0.element.count) columns")
            }
        }
    }

    static func vaguelyNamed(_ files: [TextFile]) -> [Violation] {
        files.filter { file in
            let words = file.path.split { !$0.isLetter }.flatMap { $0.split(separator: /(?=[A-Z])/) }
            return words.contains { word in vagueNames.contains { $0.lowercased() == word.lowercased() } }
        }.map { Violation(path: $0.path, what: "the name does not say which story the file tells") }
    }

    /// Tests in Swift whose name is not a sentence of what holds.
    static func namelessTests(_ files: [TextFile]) -> [Violation] {
        let traits = #/\s*\((?:[^()]|\([^()]*\))*\)/#
        let function = #/\s+(?:@\w+\s+)*(?:static\s+)?func\s+(`[^`]*`|\w+)/#
        return files.filter { $0.isUnder("Tests") && $0.hasExtension("swift") }.flatMap { file in
            let code = file.swift.code
            return code.ranges(of: "@Test").compactMap { attribute -> Violation? in
                let rest = code[attribute.upperBound...]
                guard let name = rest.trimmingPrefix(traits).prefixMatch(of: function)?.output.1,
                    !name.contains(" "), !rest.hasPrefix("(\"")
                else { return nil }
                let line = code[..<attribute.lowerBound].count { $0 == "\n" } + 1
                return Violation(path: file.path, line: line, what: "\(name) is no sentence of what holds")
            }
        }
    }

    @Test func `nothing traps`() { #expect(Self.traps.violations(in: Repository.sources) == []) }

    @Test func `nothing is left unfinished`() {
        #expect(Self.unfinished.violations(in: Repository.files.filter { !$0.hasExtension("json") }) == [])
    }

    @Test func `only commands print`() { #expect(Self.printing.violations(in: Repository.sources) == []) }

    @Test func `no test sleeps`() {
        #expect(Self.sleeping.violations(in: Repository.files.filter { $0.isUnder("Tests") }) == [])
    }

    @Test func `no file is longer or wider than a reader can take in`() {
        #expect(Self.tooLong(Self.programs) == [])
        #expect(Self.tooWide(Self.programs) == [])
    }

    @Test func `every file name says which story the file tells`() {
        #expect(Self.vaguelyNamed(Self.programs) == [])
    }

    @Test func `every test is named by a sentence of what holds`() {
        #expect(Self.namelessTests(Repository.files) == [])
    }

    @Test(arguments: [
        "let a = try! make()", "fatalError(\"no\")", "// TO" + "DO later", "// FIX" + "ME", "print(a)",
        "try await Task.sleep(for: .seconds(1))",
        "usleep(100)",
    ])
    func `a trap, a stub, a print and a sleep are seen`(line: String) {
        let planted = [TextFile(path: "Tests/WorkerTests/Planted.swift", text: line)]
        let bans = [Self.traps, Self.unfinished, Self.printing, Self.sleeping]
        #expect(bans.flatMap { $0.violations(in: planted) }.count == 1)
    }

    @Test func `a long file, a wide line, a vague name and a nameless test are seen`() {
        let long = TextFile(path: "Sources/Worker/Long.swift", text: String(repeating: "\n", count: 401))
        let wide = TextFile(path: "Sources/Worker/Wide.swift", text: String(repeating: "x", count: 121))
        let vague = TextFile(path: "Sources/Worker/MoneyHelpers.swift", text: "")
        let nameless = TextFile(path: "Tests/WorkerTests/A.swift", text: "@Test(arguments: [f(1)]) func works() {}")
        #expect(Self.tooLong([long, wide]).map(\.path) == [long.path])
        #expect(Self.tooWide([long, wide]).map(\.path) == [wide.path])
        #expect(Self.vaguelyNamed([long, vague]).map(\.path) == [vague.path])
        #expect(Self.namelessTests([nameless, vague]).map(\.path) == [nameless.path])
    }

    @Test func `a sentence in backticks or in quotes is a name`() {
        let named = TextFile(
            path: "Tests/WorkerTests/A.swift",
            text: "@Test func `two and two are four`() {}\n@Test(\"three and one too\") func other() {}")
        #expect(Self.namelessTests([named]) == [])
    }
}
