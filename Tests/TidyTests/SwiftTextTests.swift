import Foundation
import Testing

@Suite struct SwiftTextTests {
    @Test func `comments are blanked, nested ones too, and lines stay where they were`() {
        let text = SwiftText("let a = 1 // Date()\n/* x /* y */ z\n*/let b = 2")
        let lines = text.code.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.map { $0.trimmingCharacters(in: .whitespaces) } == ["let a = 1", "", "let b = 2"])
    }

    @Test func `strings are blanked in code, and what is interpolated stays`() {
        let text = SwiftText(#"let a = "Date() \(f(Date.now, "x)")) y" + g"#)
        #expect(text.code.contains("f(Date.now, \"  \"))"))
        #expect(!text.code.contains("Date()"))
        #expect(text.code.hasSuffix("\" + g"))
    }

    @Test func `long and raw strings end where they end`() {
        let text = SwiftText("let a = \"\"\"\n  print(\"x\")\n  \"\"\"; let b = #\"a \"quoted\" \\(word)\"#; let c = 3")
        #expect(!text.code.contains("print"))
        #expect(!text.code.contains("word"))
        #expect(text.code.hasSuffix("let c = 3"))
        #expect(text.codeAndStrings.contains("print"))
    }
}
