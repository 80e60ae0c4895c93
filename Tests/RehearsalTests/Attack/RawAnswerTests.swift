import Testing

@testable import Rehearsal

@Suite struct RawAnswerTests {
    @Test func `an answer ends where its header says, and what follows is the next one's`() throws {
        let text = "HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\nX-A:  b\r\n\r\n{\"code\": \"no\"}HTTP/1.1 200"
        let answer = try #require(RawAnswer(Array(text.utf8)))
        #expect(answer.status == 404 && answer.code == "no" && answer.headers["x-a"] == "b")
        #expect(answer.length == text.utf8.count - "HTTP/1.1 200".utf8.count)
    }

    @Test func `an answer in chunks is put together`() throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        let answer = try #require(RawAnswer(Array(text.utf8)))
        #expect(answer.text == "abcde" && answer.length == text.utf8.count)
        for cut in 1..<text.utf8.count - 47 { #expect(RawAnswer(Array(text.utf8.dropLast(cut))) == nil, "\(cut)") }
    }

    @Test func `every bomb fits into a body, so that it comes to a parser`() {
        #expect(JSONBombs.all.filter { $0.body.count > 1 << 20 }.map(\.name) == [])
        #expect(Set(JSONBombs.all.map(\.name)).count == JSONBombs.all.count)
    }
}
