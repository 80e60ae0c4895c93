import Foundation
import Stripe
import Testing

/// The checker itself must bite, or the contract proves nothing.
@Suite struct ParameterSchemaTests {
    private static func schema() throws -> ParameterSchema {
        let json = """
            {"type":"object","additionalProperties":false,"required":["amount"],"properties":{
            "amount":{"type":"integer"},"mode":{"type":"string","enum":["a","b"],"x-open-enum":true},
            "on":{"anyOf":[{"type":"boolean"},
            {"type":"string","enum":["x"]}]},"expand":{"type":"array","items":{"type":"string"}},"metadata":
            {"type":"object","additionalProperties":{"type":"string"}},"nested":{"type":"object",
            "additionalProperties":false,"properties":{"rate":{"type":"number"}}}}}
            """
        return try JSONDecoder().decode(ParameterSchema.self, from: Data(json.utf8))
    }

    private static func problems(_ build: (inout FormParameters) -> Void) throws -> [String] {
        var form = FormParameters()
        form.set("amount", 1)
        build(&form)
        return try schema().problems(.fields(form), at: "$")
    }

    @Test func `what may be sent has no problems`() throws {
        var nested = FormParameters()
        nested.set("rate", 1)
        let problems = try Self.problems { form in
            form.set("mode", "b")
            form.set("on", true)
            form.set("expand", ["x"])
            form.set("metadata", ["anything": "goes"])
            form.set("nested", nested)
        }
        #expect(problems.isEmpty)
        #expect(try Self.problems { $0.set("on", "x") }.isEmpty)
    }

    @Test func `each kind of fault is found, with its place`() throws {
        #expect(try Self.problems { $0.set("amount", nil as Int64?) } == ["$: amount is missing"])
        #expect(try Self.problems { $0.set("amount", "1") }.count == 1)
        #expect(try Self.problems { $0.set("surprise", "1") } == ["$: surprise is unknown"])
        #expect(try Self.problems { $0.set("mode", "c") }.count == 1)
        #expect(try Self.problems { $0.set("on", "y") }.count == 1)
        #expect(
            try Self.problems { $0.set("expand", .list([.string("x"), .integer(1)])) }.first?.hasPrefix("$.expand[1]")
                == true)
        #expect(try Self.problems { $0.set("metadata", .fields(Self.integerMetadata)) }.count == 1)
        var nested = FormParameters()
        nested.set("deep", true)
        #expect(try Self.problems { $0.set("nested", nested) } == ["$.nested: deep is unknown"])
    }

    private static var integerMetadata: FormParameters {
        var form = FormParameters()
        form.set("a", 1)
        return form
    }
}
