import Testing

@testable import Stripe

@Suite struct SignatureHeaderTests {
    private static let digest = String(repeating: "0a", count: 32)

    private static func failure(_ header: String) -> SignatureError? {
        do throws(SignatureError) {
            _ = try SignatureHeader(header)
            return nil
        } catch {
            return error
        }
    }

    @Test func `it reads the timestamp as text and as seconds, and every v1`() throws {
        let header = try SignatureHeader("t=0042,v1=\(Self.digest),v0=zz,v2=,v1=\(Self.digest)")
        #expect(header.timestampText == Array("0042".utf8))
        #expect(header.timestampSeconds == 42)
        #expect(header.v1 == [[UInt8]](repeating: [UInt8](repeating: 10, count: 32), count: 2))
    }

    @Test(arguments: [
        "t=1, v1=\(digest)", " t=1,v1=\(digest)", "t=1,v1=\(digest) ", "t=1,v1=\(digest),", ",t=1,v1=\(digest)",
        "t=1,,v1=\(digest)", "t=1,t=1,v1=\(digest)", "t=,v1=\(digest)", "t=+1,v1=\(digest)", "t=-1,v1=\(digest)",
        "t=1.0,v1=\(digest)", "t=1e3,v1=\(digest)", "t=1234567890123,v1=\(digest)", "t= 1,v1=\(digest)",
        "v1=\(digest)", "t,v1=\(digest)", "t=1,v1", "t=1,v1=", "t=1,v1=\(digest)0", "t=1,v1=\(digest.dropLast())",
        "t=1,v1=\(digest.uppercased())", "t=1,v1==\(digest)", "t=1,v1=\(digest),=x", "t=1,v1=\(digest),V1=\(digest)",
        "t=1;v1=\(digest)", "T=1,v1=\(digest)", "t=1,v1=\(digest),\u{E9}=1", "t=\u{661},v1=\(digest)",
        "t=1,v1=\(digest)\u{0}", "hello", "=", ",",
    ])
    func `anything that Stripe does not send is malformed`(header: String) {
        #expect(Self.failure(header) == .malformed)
    }

    @Test func `length and number of items are bounded`() {
        let many = (0..<31).map { _ in "v1=\(Self.digest)" }.joined(separator: ",")
        #expect(Self.failure("t=1,\(many)") == nil)
        #expect(Self.failure("t=1,\(many),v0=a") == .malformed)
        #expect(Self.failure("t=1,v1=\(Self.digest),v0=" + String(repeating: "a", count: 5_000)) == .malformed)
    }
}
