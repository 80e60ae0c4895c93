import Testing

/// Only four seams touch the world: the database, the transport, the clock and the randomness. `App` and `SandboxApp`
/// wire the real ones in, and `Demo` and `RehearseApp` play with real processes.
@Suite struct SeamTests {
    static let roofs = ["Sources/App", "Sources/SandboxApp", "Sources/RehearseApp", "Examples/Demo"]

    static let clock = Ban(
        patterns: [
            #"\bDate\(\)"#, #"\bDate\.now\b"#, #"ContinuousClock\(\)"#, #"SuspendingClock\(\)"#, #"\bclock_gettime\("#,
            #"\bgettimeofday\("#, #"DispatchTime\.now"#, #"\.now\(\)\.time"#, #"(?<![.\w])time\(nil\)"#,
        ],
        allowed: roofs, because: "the time comes through the clock seam, so that a simulation can set it")

    static let randomness = Ban(
        patterns: [
            #"\bUUID\(\)"#, #"SystemRandomNumberGenerator"#, #"\.random\("#, #"\.randomElement\("#, #"\.shuffled\(\)"#,
            #"\barc4random"#, #"\bgetrandom\("#, #"RAND_bytes"#,
        ],
        allowed: roofs, because: "randomness comes through its seam, so that a run can be replayed from a seed")

    static let files = Ban(
        patterns: [
            #"\bFileManager\b"#, #"\bFileHandle\b"#, #"\bfopen\("#, #"\bO_(RDONLY|WRONLY|RDWR|CREAT)\b"#,
            #"contentsOfFile"#,
            #"\bString\(contentsOf:"#, #"\bData\(contentsOf:"#,
        ],
        allowed: roofs + ["Sources/Storage/Engine/SQLite/DatabaseFile.swift"],
        because: "files are read and written on the roof only; the database is a seam of its own")

    static let sockets = Ban(
        patterns: [#"(?<![.\w])socket\("#, #"\bURLSession\b"#, #"\bClientBootstrap\b"#, #"\bServerBootstrap\b"#],
        allowed: roofs,
        because: "the network is reached through the transport seam, and served by Hummingbird")

    static let environment = Ban(
        patterns: [#"\bgetenv\("#, #"ProcessInfo"#, #"CommandLine\.arguments"#],
        allowed: roofs, because: "settings are read once, on the roof, and handed down")

    static let sql = Ban(
        patterns: [
            #"\bSELECT\b.*\bFROM\b"#, #"\bINSERT\s+(OR\s+\w+\s+)?INTO\b"#, #"\bUPDATE\s+\w+\s+SET\b"#,
            #"\bDELETE\s+FROM\b"#,
            #"\b(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX)\b"#, #"\bPRAGMA\b"#,
        ],
        looksAt: .codeAndStrings,
        // A judge reads the tables itself: no code that it judges stands between.
        allowed: ["Sources/Storage", "Sources/Rehearsal/Judging"], because: "SQL is written in Storage only")

    static let all = [clock, randomness, files, sockets, environment, sql]

    @Test func `only the seams touch the clock, randomness, files, sockets and the environment, and only Storage SQL`()
    {
        #expect(Self.all.flatMap { $0.violations(in: Repository.sources) } == [])
    }

    @Test func `no exception outlives its reason`() {
        let idle = Self.all.flatMap { ban in
            ban.idleExceptions(in: Repository.sources).filter { !Self.roofs.contains($0) }
        }
        #expect(idle == [])
    }

    @Test(arguments: [
        "let now = Date()", "let now = Date.now", "let id = UUID().uuidString", "var g = SystemRandomNumberGenerator()",
        "let n = Int.random(in: 0..<6)", "FileManager.default.removeItem(atPath: x)", "let f = fopen(path, mode)",
        "let s = socket(AF_INET, type, 0)", "let home = getenv(\"HOME\")",
        "let rows = try tx.query(\"SELECT id FROM charges\")",
        "let url = try String(contentsOf: file, encoding: .utf8)", "let x = clock_gettime(CLOCK_MONOTONIC, &t)",
    ])
    func `whoever goes around a seam is seen`(line: String) {
        let planted = TextFile(path: "Sources/Worker/Planted.swift", text: "import Ledger\n\(line)\n")
        #expect(Self.all.flatMap { $0.violations(in: [planted]) }.map(\.line) == [2])
    }

    @Test func `a comment and a message may speak of them`() {
        let planted = TextFile(
            path: "Sources/Worker/Planted.swift", text: "// Date() is not called\nlet a = \"UUID()\"\n")
        #expect(Self.all.flatMap { $0.violations(in: [planted]) } == [])
    }
}
