import Foundation
import Stripe
import Testing

/// What our client sends, against what Stripe's SDK says may be sent.
@Suite struct ClientRequestContractTests {
    private static func source() throws -> ClientSource {
        try ClientSource(folder: SharedContract.projectFolder.appendingPathComponent("Sources/Stripe"))
    }

    @Test(
        .enabled(if: SharedContract.isPresent, SharedContract.comment),
        arguments: ClientRequests.all.filter { $0.prepared.host == .api })
    func `Stripe takes every parameter of the request`(sample: ClientRequests.Sample) throws {
        let schema = try #require(try Operations.all.get()[sample.operation], "Stripe has no \(sample.operation)")
        let problems = schema.problems(.fields(sample.parameters), at: "$")
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test func `OAuth sends what its reference asks for, which no SDK describes`() {
        let oauth = ClientRequests.all.filter { $0.prepared.host == .connect }
        #expect(
            oauth.map { "\($0.operation)?\($0.prepared.form)" } == [
                "POST /oauth/token?grant_type=authorization_code&code=ac_1",
                "POST /oauth/deauthorize?client_id=ca_1&stripe_user_id=acct_1",
            ])
    }

    @Test func `every constructor of the client is among the samples`() throws {
        let source = try Self.source()
        let declared = source.text.matches(of: /-> StripeRequest</).count
        #expect(declared == source.constructors.count)
        #expect(Set(source.constructors.map(\.operation)) == Set(ClientRequests.all.map(\.operation)))
        #expect(Set(source.constructors.map(\.operation)).count == declared)
    }

    @Test func `every parameter that a constructor can send is in a sample of it`() throws {
        let source = try Self.source()
        for constructor in source.constructors {
            let sent = Self.names(ClientRequests.all.filter { $0.operation == constructor.operation })
            let unsent = constructor.parameters.filter { !sent.contains($0) }
            #expect(unsent.isEmpty, "\(constructor.operation) never sends \(unsent)")
        }
        // What is left is the authorize URL's, which a browser opens.
        #expect(
            source.parameters.subtracting(Self.names(ClientRequests.all))
                == ["redirect_uri", "response_type", "scope", "state"])
    }

    private static func names(_ samples: [ClientRequests.Sample]) -> Set<String> {
        Set(samples.flatMap { names($0.parameters) })
    }

    private static func names(_ form: FormParameters) -> [String] {
        form.fields.flatMap { [$0.name] + names($0.value) }
    }

    private static func names(_ value: FormValue) -> [String] {
        switch value {
        case .fields(let form): names(form)
        case .list(let values): values.flatMap(names)
        case .string, .integer, .boolean: []
        }
    }

    @Test func `every POST but OAuth's has an idempotency key, and no GET has one`() {
        for sample in ClientRequests.all {
            let wanted = sample.prepared.method == .post && sample.prepared.host == .api
            #expect((sample.prepared.idempotencyKey != nil) == wanted, "\(sample.operation)")
        }
    }

    @Test func `payment_method_types is never sent, since Stripe refuses it`() throws {
        #expect(ClientRequests.all.allSatisfy { !$0.prepared.form.contains("payment_method_types") })
        #expect(try !Self.source().text.contains("\"payment_method_types\""))
    }
}

private enum Operations {
    static let all = Result { try SharedContract.operations() }
}
