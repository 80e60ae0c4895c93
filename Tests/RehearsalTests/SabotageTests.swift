import Foundation
import Testing

@testable import Rehearsal

@Suite struct SabotageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `each guard that a sabotage takes away is in the sources, once, and all of a file can be switched`() {
        for (file, sabotages) in Dictionary(grouping: Sabotage.all, by: \.file) {
            #expect(throws: Never.self, "\(file)") {
                let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
                let switched = try sabotages.reduce(text) { try $1.switched($0) }
                for sabotage in sabotages {
                    _ = try sabotage.switched(text)
                    #expect(switched.contains("sabotaged(\"\(sabotage.name)\")"))
                }
            }
        }
    }

    @Test func `there are more than 45, under names of their own, and each is caught by a suite that there is`() throws
    {
        #expect(Sabotage.all.count >= 45)
        #expect(Set(Sabotage.all.map(\.name)).count == Sabotage.all.count)
        let tests = try #require(
            FileManager.default.enumerator(at: Self.root.appending(path: "Tests"), includingPropertiesForKeys: nil))
        let suites = Set(tests.compactMap { ($0 as? URL)?.deletingPathExtension().lastPathComponent })
        let caughtBy = Sabotage.all.flatMap { $0.caughtBy.split(separator: "|").map(String.init) }
        #expect(caughtBy.filter { !suites.contains($0) } == [])
    }

    @Test func `a guard that is gone, or stands twice, is no guard that can be taken away`() {
        let sabotage = Sabotage("it holds", "A/B", "guard a", caughtBy: "ATests")
        #expect(throws: Sabotage.Fault.guardNotFound("it holds")) { try sabotage.switched("let a = 1") }
        #expect(throws: Sabotage.Fault.guardNotUnique("it holds")) { try sabotage.switched("guard a guard a") }
    }

    @Test(arguments: [
        (Sabotage.Form.leftOut, "if !sabotaged(\"it holds\") { a == b }"),
        (.instead("true"), "(sabotaged(\"it holds\") ? (true) : (a == b))"),
        (.text("1"), "\\(sabotaged(\"it holds\") ? \"1\" : \"a == b\")"),
        (.written("SABOTAGED || a == b"), "sabotaged(\"it holds\") || a == b"),
    ])
    func `a switch has both forms, with the guard and without`(form: Sabotage.Form, switched: String) throws {
        let sabotage = Sabotage("it holds", "A/B", "a == b", form, caughtBy: "ATests")
        #expect(try sabotage.switched("x; a == b; y") == "x; \(switched); y")
        #expect(sabotage.module == "A")
    }

    /// The switch is made for the copy; here it must not be.
    @Test func `no source of the product asks whether it is sabotaged`() throws {
        let sources = try #require(
            FileManager.default.enumerator(at: Self.root.appending(path: "Sources"), includingPropertiesForKeys: nil))
        let asking = sources.compactMap { $0 as? URL }.filter { file in
            file.pathExtension == "swift" && !file.path().contains("/Rehears")
                && ((try? String(contentsOf: file, encoding: .utf8))?.contains("sabotaged(") ?? false)
        }
        #expect(asking == [])
    }
}
