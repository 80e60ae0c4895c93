import Testing

@testable import Server

/// Names that stand twice in one object.
struct RepeatedNamesTests {
    private func repeated(_ text: String) -> String? {
        (try? WrittenJSON(Array(text.utf8)))?.repeatedField
    }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, "a"), (#"{"a":{"b":[1,{"c":1,"c":1}]}}"#, "a.b.c"), (#"{"a": 1, "\u0061": 2}"#, "a"),
        (#"{"": 1, "": 2}"#, ""), (#"[{"a": 1}, {"b": 1, "x": {}, "b": 1}]"#, "b"),
        (#"{"a": "a,\"a\":", "q\"": 1, "q\"": 2}"#, "q\""), (#"{"é": 1, "e\u0301": 2}"#, "é"),
        (#"{"a": [], "b": {}, "a": null}"#, "a"),
    ])
    func `a name that an object has twice is found`(text: String, name: String) {
        #expect(repeated(text) == name)
    }

    @Test(arguments: [
        #"{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}"#, #"["a", "a"]"#, #"{"a": "b", "b": "a"}"#, #"{"a":"a"}"#,
        #""a""#, "", "{", #"{"a"#, #"{"a\"#, #"{"a\u00"#, "}}]]", #"{"a": 1, "A": 2, "a ": 3}"#, #"{"a": ["a", "a"]}"#,
    ])
    func `nothing else is`(text: String) {
        #expect(repeated(text) == nil)
    }

    @Test func `a request with one is refused by name, and nothing of it is stored`() async throws {
        try await ServedHouse.open { house in
            let (_, key) = try await house.addMerchant()
            let customer = #"{"external_id": "ada", "metadata": {"k": "1", "k": "2"}}"#
            let reply = try await house.post("/v1/customers", customer, key: key)
            #expect(reply.status == 400)
            #expect(reply.code == "repeated_field")
            #expect(reply.string("field") == "metadata.k")
            #expect(try await house.rows("customers") == 0)
        }
    }
}
