import Testing

@testable import StripeSandbox

@Suite struct ParameterCheckTests {
    let stripe = SandboxClient()

    @Test func `an unknown parameter is refused by its whole name`() async {
        let reply = await stripe.post(
            "/v1/payment_intents",
            ["amount": "100", "currency": "usd", "automatic_payment_methods[enable]": "true"])
        #expect(reply.status == 400)
        #expect(reply.error["code"] == "parameter_unknown")
        #expect(reply.error["param"] == "automatic_payment_methods[enable]")
    }

    @Test func `a missing parameter is named`() async {
        let reply = await stripe.post("/v1/payment_intents", ["amount": "100"])
        #expect(reply.error["code"] == "parameter_missing")
        #expect(reply.error["param"] == "currency")
        #expect(reply.error["message"] == "Missing required param: currency.")
    }

    @Test func `what is no integer, no boolean, none of the words or empty is refused`() async {
        for (name, value, code) in [
            ("amount", "5.5", JSON.string("parameter_invalid_integer")), ("confirm", "yes", JSON.null),
            ("capture_method", "later", JSON.null), ("currency", "", JSON.string("parameter_invalid_empty")),
        ] {
            let body = "amount=100&currency=usd&\(name)=\(value)"
            let reply = await stripe.send("POST", "/v1/payment_intents", body: body)
            #expect(reply.status == 400)
            #expect(reply.error["param"] == .string(name))
            #expect((reply.error["code"] ?? .null) == code)
        }
    }

    @Test(arguments: ["/v1/payment_intents", "/v1/checkout/sessions"])
    func `payment_method_types is no longer taken`(path: String) async {
        let reply = await stripe.post(path, ["payment_method_types[]": "card"])
        #expect(reply.status == 400)
        #expect(reply.error["code"] == "payment_method_types_no_longer_supported")
    }

    @Test func `metadata keeps to Stripe's limits`() async {
        let long = String(repeating: "x", count: 501)
        #expect(await stripe.post("/v1/customers", ["metadata[a]": long]).status == 400)
        let key = String(repeating: "k", count: 41)
        #expect(await stripe.post("/v1/customers", ["metadata[\(key)]": "v"]).status == 400)
        let many = (0..<51).map { "metadata[k\($0)]=v" }.joined(separator: "&")
        #expect(await stripe.send("POST", "/v1/customers", body: many).status == 400)
        let nested = await stripe.post(
            "/v1/checkout/sessions", ["payment_intent_data[metadata][a]": long, "mode": "payment"])
        #expect(nested.error["param"] == "metadata[a]")
    }

    @Test func `metadata is merged, and "" takes away`() async {
        let id = await stripe.post("/v1/customers", ["metadata[a]": "1", "metadata[b]": "2"]).id
        let changed = await stripe.post("/v1/customers/\(id)", ["metadata[a]": "", "metadata[c]": "3"])
        #expect(changed["metadata"] == ["b": "2", "c": "3"])
        #expect(await stripe.post("/v1/customers/\(id)", ["metadata": ""])["metadata"] == [:])
    }

    @Test func `JSON is no form`() async {
        let reply = await stripe.send(
            "POST", "/v1/customers", body: "{}", headers: ["Content-Type": "application/json"])
        #expect(reply.status == 400)
    }

    @Test func `the notation of the tables says what it means`() throws {
        let table = ParameterTable("POST /x\n  a b!:int c:{d:bool e:[]}? f:(g h)|int m:map n:@t\n@t\n  [{o}]")
        let fields = try #require(table.operations["POST /x"])
        #expect(fields["a"] == ParameterField(shape: .text, isRequired: false))
        #expect(fields["b"] == ParameterField(shape: .whole, isRequired: true))
        let inner: [String: ParameterField] = [
            "d": ParameterField(shape: .flag, isRequired: false),
            "e": ParameterField(shape: .list(.text), isRequired: false),
        ]
        #expect(fields["c"]?.shape == .clearable(.fields(inner)))
        #expect(fields["f"]?.shape == .either([.words(["g", "h"]), .whole]))
        #expect(fields["m"]?.shape == .map(.text))
        #expect(fields["n"]?.shape == .list(.fields(["o": ParameterField(shape: .text, isRequired: false)])))
    }
}
