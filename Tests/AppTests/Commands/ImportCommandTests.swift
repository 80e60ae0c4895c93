import Foundation
import Storage
import Testing
import Worker

@testable import App

/// `bursar usage import`: each line once, and what is wrong is named by its line.
struct ImportCommandTests {
    private static let heading = "id,customer,cost_micros,model,metadata.note"

    private static func lines(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { "e\($0),ada,10,m,\n" }.joined()
    }

    private static func office() async throws -> (TestOffice, TemporaryFolder) {
        let office = try await TestOffice()
        try await office.openShop()
        return (office, try TemporaryFolder())
    }

    private static func recorded(_ office: TestOffice) async throws -> Set<String> {
        try await office.worker.context.database.read { tx in
            Set(try tx.query("SELECT event_id FROM usage_events").map { try $0.text("event_id") })
        }
    }

    private static func standing(_ office: TestOffice) async throws -> [[Int64]] {
        try await office.worker.context.database.read { tx in
            try tx.query("SELECT * FROM usage_imports").map { row in
                try ["line", "accepted", "duplicate", "rejected"].map(row.int64)
            }
        }
    }

    @Test func `cells may be quoted, hold line breaks, and be empty`() async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write(
            "\u{FEFF}\(Self.heading)\r\n" + "e1,ada,10,m,plain\r\n\r\n"
                + "e2,\"ada\",10,\"m\",\"two\nlines, \"\"quoted\"\"\"\r\n"
                + "e3,ada,10,,\r\n" + "e4,Jürgen 💥,0,m,last",
            to: "events.csv")
        let outcome = try await office.run("usage", "import", file)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.out == "4 accepted, 0 there already, 0 rejected\n")
        let listed = try await office.run("usage", "list", "ada", "--json").json["data"] as? [[String: Any]] ?? []
        let events = listed.sorted { ($0["id"] as? String ?? "") < ($1["id"] as? String ?? "") }
        #expect(events.map { $0["id"] as? String } == ["e1", "e2", "e3"])
        #expect(
            events.map { ($0["metadata"] as? [String: String])?["note"] } == ["plain", "two\nlines, \"quoted\"", nil])
        #expect(events.map { $0["model"] as? String } == ["m", "m", nil])
        #expect(events.allSatisfy { $0["source"] as? String == "import" })
    }

    @Test func `a dry run holds the lines of its files against each other, and keeps nothing`() async throws {
        let (office, folder) = try await Self.office()
        let first = try folder.write("\(Self.heading)\n\(Self.lines(1...1_500))", to: "first.csv")
        let second = try folder.write(
            "\(Self.heading)\ne1,ada,10,m,\ne1500,ada,11,m,\ne1501,ada,1,m,\n", to: "second.csv")
        let tried = try await office.run("usage", "import", first, second, "--dry-run")
        #expect(tried.status == 1)
        #expect(
            tried.out == "1501 would be accepted, 1 there already, 1 rejected\n"
                + "line 3: id: line 1501 of first.csv has an event with this id and source, too, and another "
                + "body\n")
        #expect(try await Self.recorded(office) == [])
        let real = try await office.run("usage", "import", first, second)
        #expect(real.out.hasPrefix("1501 accepted, 1 there already, 1 rejected\n"), "\(real.out)")
    }

    private static let quote =
        "a quote is not closed, or stands within a cell; double the quotes inside a quoted cell"

    /// The line that is wrong, whether the numbers after it have moved, and what is said of it.
    @Test(arguments: [
        ("e2,ada,10,m", "the line has 4 columns, and the heading 5"),
        ("e2,ada,10,m,x,y", "the line has 6 columns, and the heading 5"),
        ("e2,ada,-1,m,", "cost_micros: cost_micros must be zero or more"),
        ("e2,ada,ten,m,", "cost_micros: this field must be a whole number within 64 bits"),
        ("e2,ada,1.5,m,", "cost_micros: this field must be a whole number within 64 bits"),
        ("e2,,10,m,", "customer: this field is needed"),
        ("e2,ada,10,m,a\"b", quote),
        ("e2,ada,10,m,\"ab\"c", quote),
        ("e2,ada,10,m,\"open", quote),
        ("e1,ada,11,m,", "cost_micros: an event with this id and source is here already, with another cost_micros"),
    ])
    func `a line that is wrong is named by its number, and the others are recorded`(
        line: String, reason: String
    ) async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write(
            "\(Self.heading)\ne1,ada,10,m,\"a\nb\"\n\(line)\n\(Self.lines(3...1_100))", to: "events.csv")
        let outcome = try await office.run("usage", "import", file)
        #expect(outcome.status == 1)
        #expect(outcome.out == "1099 accepted, 0 there already, 1 rejected\nline 4: \(reason)\n")
        #expect(try await Self.recorded(office) == Set(["e1"] + (3...1_100).map { "e\($0)" }))
    }

    @Test func `what is no UTF-8 is named, and so is a line without an end`() async throws {
        let (office, folder) = try await Self.office()
        let path = folder.path(of: "events.csv")
        let bytes =
            Array("\(Self.heading)\ne1,ada,10,m,\ne2,ada,10,".utf8) + [0xFF] + Array(",\n".utf8)
            + [UInt8](repeating: 0x61, count: 3 << 20) + Array("\ne4,ada,10,m,\n".utf8)
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        let outcome = try await office.run("usage", "import", path)
        #expect(
            outcome.out == """
                2 accepted, 0 there already, 2 rejected
                line 3: model: write this in UTF-8, with whole surrogate pairs
                line 4: the line is longer than a mebibyte

                """)
    }

    @Test func `NDJSON is read as the API reads it`() async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write(
            """
            {"id": "e1", "customer": "ada", "cost_micros": 10, "source": "gateway"}

            {"id": "e2", "customer": "ada", "cost_micros": 10, "cost_micros": 11}
            no JSON
            [1]
            {"id": "e3", "user": "ada", "cost_micros": 10, "mood": "fine"}
            """, to: "events.jsonl")
        let outcome = try await office.run("usage", "import", file, "--json")
        let rejections = try outcome.json["rejections"] as? [[String: Any]] ?? []
        #expect(rejections.map { $0["line"] as? Int } == [3, 4, 5, 6])
        #expect(
            rejections.map { $0["code"] as? String }
                == ["repeated_field", "malformed_json", "not_an_object", "unknown_field"])
        let mapped = try await office.run("usage", "import", file, "--map", "customer=user", "--ignore", "mood")
        #expect(mapped.out.hasPrefix("1 accepted, 0 there already, 0 rejected"))
        #expect(try await Self.recorded(office) == ["e1", "e3"])
    }

    @Test func `columns are renamed and left out, and one that is not understood refuses the file`() async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write("request,user,cost_micros,region\n1,ada,10,eu\n", to: "export.csv")
        let unknown = try await office.run("usage", "import", file)
        #expect(unknown.status == 65)
        #expect(unknown.err.contains("the column request is no field of usage; rename it with --map FIELD=request"))
        let mapped = try await office.run(
            "usage", "import", [file, "--map", "id=request", "--map", "customer=user", "--ignore", "region"])
        #expect(mapped.out == "1 accepted, 0 there already, 0 rejected\n", "\(mapped.err)")
        let none = try await office.run("usage", "import", [file, "--map", "id=nothing"])
        #expect(none.status == 65)
        let twice = try folder.write("id,id\n", to: "twice.csv")
        #expect(try await office.run("usage", "import", twice).err.contains("two columns hold id"))
        #expect(try await office.run("usage", "import", folder.path(of: "none.csv")).status == 65)
        #expect(try await office.run("usage", "import", folder.path).status == 65)
        #expect(try await office.run("usage", "import", try folder.write("", to: "empty.csv")).status == 65)
        #expect(try await office.run("usage", "import", try folder.write("", to: "events.txt")).status == 65)
        #expect(try await office.run("usage", "import", file, "--format", "xml").status == 64)
    }

    @Test func `quantities are columns by their unit, and labels by their name`() async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write(
            """
            id,customer,cost_micros,input_tokens,quantities.pages,feature,latency_ms,enforce,currency
            e1,ada,5,1200,0.25,chat,840,true,usd
            e2,ada,5,,,,,,
            e3,ada,5,-1,,,,,
            e4,ada,5,,1,chat,soon,,
            e5,ada,5,,1,chat,1,,eur
            """, to: "events.csv")
        let outcome = try await office.run("usage", "import", file, "--json")
        let rejections = try outcome.json["rejections"] as? [[String: Any]] ?? []
        #expect(rejections.map { $0["line"] as? Int } == [4, 5, 6])
        #expect(rejections.map { $0["field"] as? String } == ["quantities.input_tokens", "latency_ms", "currency"])
        let listed = try await office.run("usage", "list", "ada", "--json").json["data"] as? [[String: Any]] ?? []
        let first = try #require(listed.first { $0["id"] as? String == "e1" })
        #expect(first["quantities"] as? [String: Double] == ["input_tokens": 1_200, "pages": 0.25])
        #expect(first["feature"] as? String == "chat")
        #expect(first["latency_ms"] as? Int == 840)
        #expect(listed.count == 2)
    }

    @Test func `a file that has grown goes on, and another one is not mistaken for it`() async throws {
        let (office, folder) = try await Self.office()
        let path = folder.path(of: "events.csv")
        func write(_ text: String) throws { _ = try folder.write(text, to: "events.csv") }
        try write("\(Self.heading)\n\(Self.lines(1...1_500))")
        #expect(try await office.run("usage", "import", path).out.hasPrefix("1500 accepted, 0 there"))
        #expect(try await Self.standing(office) == [[1_501, 1_500, 0, 0]])
        let same = try await office.run("usage", "import", path)
        #expect(same.out.hasPrefix("0 accepted, 0 there already"))
        #expect(same.err == "events.csv: nothing new: this file was imported to its end\n")
        // A last line that is still being written is read again when it is whole.
        try write("\(Self.heading)\n\(Self.lines(1...1_700))e1701,ada,1")
        let half = try await office.run("usage", "import", path)
        #expect(half.out.hasPrefix("200 accepted, 0 there already, 1 rejected\nline 1702: "))
        #expect(half.err == "events.csv: goes on at line 1502\n")
        try write("\(Self.heading)\n\(Self.lines(1...1_702))")
        #expect(try await office.run("usage", "import", path).out.hasPrefix("2 accepted, 0 there already, 0 rejected"))
        #expect(try await Self.standing(office) == [[1_703, 2, 0, 0]])
        // The same length, and one byte of it is another.
        try write("\(Self.heading)\n\(Self.lines(1...1_701))f1702,ada,10,m,\n\(Self.lines(1_703...1_703))")
        #expect(try await office.run("usage", "import", path).out.hasPrefix("2 accepted, 1701 there already"))
        #expect(try await Self.recorded(office).count == 1_704)
        let restarted = try await office.run("usage", "import", path, "--restart")
        #expect(restarted.out.hasPrefix("0 accepted, 1703 there already"))
        #expect(try await office.run("usage", "import", path).out.hasPrefix("0 accepted, 0 there already"))
    }

    @Test(arguments: [(";", "semicolons"), ("\t", "tabs")])
    func `a file whose columns another sign separates is refused by that name`(sign: String, name: String) async throws
    {
        let (office, folder) = try await Self.office()
        let file = try folder.write(
            "id,customer,cost_micros\ne1,ada,10\n".replacing(",", with: sign), to: "events.csv")
        let outcome = try await office.run("usage", "import", file)
        #expect(outcome.status == 65 && outcome.err.contains("separated by \(name)"), "\(outcome)")
    }

    @Test func `a dry run tries every line and keeps nothing`() async throws {
        let (office, folder) = try await Self.office()
        let file = try folder.write("\(Self.heading)\n\(Self.lines(1...1_200))x,ada,-1,m,\n", to: "events.csv")
        let dry = try await office.run("usage", "import", file, "--dry-run")
        #expect(dry.status == 1)
        #expect(dry.out.hasPrefix("1200 would be accepted, 0 there already, 1 rejected\nline 1202: "))
        #expect(try await Self.recorded(office).isEmpty)
        #expect(try await Self.standing(office).isEmpty)
    }

    @Test func `rejected lines are kept with their numbers, reasons and texts`() async throws {
        let (office, folder) = try await Self.office()
        let bad = (1...30).map { "b\($0),\"ada\nx\",-1,m,\n" }.joined()
        let file = try folder.write("\(Self.heading)\n\(bad)\(Self.lines(1...1))", to: "events.csv")
        let rejects = folder.path(of: "rejects.ndjson")
        let outcome = try await office.run("usage", "import", file, "--rejects", rejects)
        #expect(outcome.out.contains("1 accepted, 0 there already, 30 rejected\nline 2: "))
        #expect(outcome.out.hasSuffix("… and 10 more\n"))
        let kept = try String(contentsOfFile: rejects, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(kept.map { $0["line"] as? Int } == (0..<30).map { 2 + 2 * $0 })
        #expect(kept.last?["text"] as? String == "b30,\"ada\nx\",-1,m,")
        #expect(kept.allSatisfy { $0["detail"] is String && $0["code"] is String && $0["field"] is String })
    }

    @Test func `several files are one import, each with its own lines`() async throws {
        let (office, folder) = try await Self.office()
        let first = try folder.write("\(Self.heading)\n\(Self.lines(1...3))a,ada,-1,m,\n", to: "first.csv")
        let second = try folder.write("\(Self.heading)\nb,ada,-1,m,\n\(Self.lines(3...5))", to: "second.csv")
        let outcome = try await office.run("usage", "import", first, second)
        #expect(outcome.out.hasPrefix("5 accepted, 1 there already, 2 rejected\nfirst.csv, line 5: "))
        #expect(outcome.out.contains("\nsecond.csv, line 2: "))
    }

    @Test func `progress says lines, rate, share and the time left`() {
        #expect(
            ImportProgress.text("a.csv", lines: 30_000, milliseconds: 2_000, done: 250, left: 750, of: 1_000)
                == "a.csv: 30000 lines, 15000 a second, 25 %, 0:06 left")
        #expect(
            ImportProgress.text("-", lines: 5, milliseconds: 0, done: 9, left: nil, of: nil)
                == "-: 5 lines, 5000 a second")
    }
}
