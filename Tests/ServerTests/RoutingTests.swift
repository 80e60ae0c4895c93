import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Server

struct RouteTableTests {
    private let table = RouteTable(
        ["/a", "/a/{id}", "/a/latest", "/a/{id}/b", "/{x}/b/c"].map { path in
            Route(.get, path, .open, .serves { _ in .json(["path": .string(path)]) })
        } + [Route(.post, "/a/{id}", .open, .serves { _ in .json([:]) })])

    private func path(_ method: HTTPRequest.Method, _ path: String) -> String? {
        guard case .found(let place, let parameters) = table.match(method, Substring(path)) else { return nil }
        let filled = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ([table.routes[place].path] + filled).joined(separator: " ")
    }

    @Test func `a path finds its route and its parameters`() {
        #expect(path(.get, "/a") == "/a")
        #expect(path(.get, "/a/7") == "/a/{id} id=7")
        #expect(path(.get, "/a/x%2Fy%20z") == "/a/{id} id=x/y z")
        #expect(path(.get, "/a/latest") == "/a/latest")
        #expect(path(.get, "/a/latest/b") == "/a/{id}/b id=latest")
        #expect(path(.get, "/z/b/c") == "/{x}/b/c x=z")
        #expect(path(.head, "/a/7") == "/a/{id} id=7")
        #expect(path(.post, "/a/7") == "/a/{id} id=7")
    }

    @Test(arguments: ["", "/", "/a/", "/a//b", "/b", "/a/7/b/", "/a/%", "/a/%f", "/a/%ff", "//a", "a"])
    func `what is no path of the table finds nothing`(path: String) {
        guard case .nothing = table.match(.get, Substring(path)) else {
            Issue.record("found")
            return
        }
    }

    @Test func `a path of other methods says which`() {
        guard case .otherMethods(let methods) = table.match(.delete, "/a/7") else {
            Issue.record("found")
            return
        }
        #expect(methods == ["GET", "HEAD", "POST"])
    }
}

struct PercentCodingTests {
    @Test func `fields of a query or a form are decoded`() {
        #expect(PercentCoding.fields("a=1&b=x%20y+z&c&d=%26%3D&a=2") == ["a": "1", "b": "x y z", "c": "", "d": "&="])
        #expect(PercentCoding.fields("") == [:])
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3%28=1"] {
            #expect(PercentCoding.fields(Substring(broken)) == nil, "\(broken)")
        }
    }
}

struct JSONTests {
    private func isShallow(_ text: String) -> Bool {
        JSONNesting.isWithin(3, ByteBuffer(string: text).readableBytesView)
    }

    @Test func `nesting is counted outside strings only`() {
        #expect(isShallow(#"[[[1]], {"a": [2]}]"#))
        #expect(!isShallow("[[[[1]]]]"))
        #expect(!isShallow(#"{"a": {"b": {"c": {}}}}"#))
        #expect(isShallow(#"["[[[[[[", "\"[[[[", "\\"]"#))
        #expect(!isShallow(#"["\\", [[[1]]]]"#))
    }

    @Test func `values are written as JSON, in order and escaped`() {
        let value: JSON = [
            "z": 1, "a": [true, nil, -5], "text": .string("q\" b\\ n\n t\t e\u{1B} é 💥 \u{2028}"),
            "number": .decimal(12.5), "map": JSON(["b": "2", "a": "1"]),
        ]
        #expect(
            String(buffer: value.bytes)
                == #"{"z":1,"a":[true,null,-5],"text":"q\" b\\ n\n t\u0009 e\u001b é 💥 "# + "\u{2028}"
                + #"","number":12.5,"map":{"a":"1","b":"2"}}"# + "\n")
    }
}

struct PagingTests {
    @Test func `a page is twenty entries unless it is asked for another size`() throws {
        #expect(try Paging([:]).limit == 20)
        #expect(try Paging(["limit": "100"]).limit == 100)
        for limit in ["0", "101", "-1", "1.5", "", "ten", "00000000001", "9999999999999999999"] {
            #expect(throws: Problem.self) { try Paging(["limit": limit]) }
        }
    }

    @Test func `pages tile a list, and the last one says so`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            for place in 0..<7 {
                _ = try await house.post("/v1/customers", #"{"external_id": "c\#(place)"}"#, key: ada.key)
                house.clock.advance(seconds: 1)
            }
            var seen: [String] = []
            var query = "limit=3"
            for round in 0..<3 {
                let page = try await house.get("/v1/customers?\(query)", key: ada.key)
                seen += page.data.compactMap { $0["external_id"] as? String }
                #expect(page.json["has_more"] as? Bool == (round < 2))
                query = "limit=3&starting_after=\(try #require(page.data.last?["id"] as? String))"
            }
            #expect(seen == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"])
        }
    }
}
