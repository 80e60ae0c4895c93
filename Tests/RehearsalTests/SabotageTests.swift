import Foundation
import Testing

@testable import Rehearsal

@Suite struct SabotageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: Sabotage.all.map(\.name))
    func `each guard that a sabotage takes away is in the sources, once`(name: String) throws {
        let sabotage = try #require(Sabotage.all.first { $0.name == name })
        let file = Self.root.appending(path: sabotage.file)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(try sabotage.applied(to: text) != text)
    }

    @Test func `there are more than 25, under names of their own, and each is caught by a suite that there is`() throws
    {
        #expect(Sabotage.all.count >= 25)
        #expect(Set(Sabotage.all.map(\.name)).count == Sabotage.all.count)
        let tests = try #require(
            FileManager.default.enumerator(at: Self.root.appending(path: "Tests"), includingPropertiesForKeys: nil))
        let suites = Set(tests.compactMap { ($0 as? URL)?.deletingPathExtension().lastPathComponent })
        #expect(Sabotage.all.map(\.caughtBy).filter { !suites.contains($0) } == [])
    }

    @Test func `a guard that is gone, or stands twice, is no guard that can be taken away`() {
        let sabotage = Sabotage("it holds", "A", "guard a", without: "", caughtBy: "ATests")
        #expect(throws: Sabotage.Fault.guardNotFound("it holds")) { try sabotage.applied(to: "let a = 1") }
        #expect(throws: Sabotage.Fault.guardNotUnique("it holds")) { try sabotage.applied(to: "guard a guard a") }
    }
}
