import Testing

@testable import StripeSandbox

@Suite struct FormDecodingTests {
    @Test func `brackets nest, empty ones count`() {
        let form = Form("a[b][0][c]=1&a[b][0][d]=2&e[]=x&e[]=y")
        let expected = FormValue.fields([
            (
                "a",
                .fields([("b", .fields([("0", .fields([("c", .text("1")), ("d", .text("2"))]))]))])
            ),
            ("e", .fields([("0", .text("x")), ("1", .text("y"))])),
        ])
        #expect(form.root == expected)
    }

    @Test(arguments: ["ü & = % + [x]", "日本 円", "a b", ""])
    func `what is escaped comes back`(text: String) {
        #expect(Form.unescape(Form.escape(text)) == text)
    }

    @Test func `a plus is a space and a stray percent is itself`() {
        #expect(Form("q=a+b%20c%zz")["q"] == "a b c%zz")
    }

    @Test func `JSON is written so that others read it`() {
        let text = "quote \" back \\ line \n tab \t bell \u{7} ü"
        let written: JSON = [
            "text": .string(text), "empty": [:], "list": [], "rate": .decimal("0.920000"), "none": .null,
        ]
        let reply = Reply(outcome: .answer(SandboxAnswer(status: 200, headers: [], body: written.bytes)))
        #expect(reply["text"] == .string(text))
        #expect(reply["list"] == [])
        #expect(reply["none"] == .null)
        #expect(reply.body.hasPrefix("{\n  \"text\": "))
    }
}
