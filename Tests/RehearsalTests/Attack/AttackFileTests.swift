import Foundation
import Testing

@testable import Rehearsal

@Suite struct AttackFileTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let folder = root.appending(path: "Webhooks/attacks")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func attack(_ name: String) throws -> AttackFile {
        try AttackFile(json: Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    static func target() throws -> AttackForge.Target {
        var payloads: [String: Data] = [:]
        let contract = root.appending(path: "Webhooks")
        for name in try FileManager.default.contentsOfDirectory(atPath: contract.path) {
            payloads[name] = try? Data(contentsOf: contract.appending(path: "\(name)/payload.json"))
        }
        return AttackForge.Target(
            platformSecret: "whsec_platform", connectSecret: "whsec_connect", stripeAccount: "acct_1",
            payloads: payloads)
    }

    @Test func `there are more than 40 attacks without a valid signature, and some with one`() throws {
        let attacks = try Self.names.map(Self.attack)
        #expect(attacks.count { $0.left.rows == 0 } > 40)
        #expect(attacks.count { $0.left.state == "parked" } > 10)
    }

    @Test(arguments: names)
    func `each says in a sentence what it tries, what is answered and what is left, and can be made`(
        name: String
    ) throws {
        let attack = try Self.attack(name)
        #expect(attack.why.hasSuffix(".") && attack.why.first?.isLowercase == false)
        #expect((attack.answer.status == 200) == (attack.left.rows > 0))
        #expect((attack.answer.code == nil) == (attack.answer.status == 200))
        #expect((attack.left.state == nil) == (attack.left.rows == 0))
        let forge = AttackForge(try Self.target(), seconds: 1_795_180_262)
        let request = try forge.request(attack, name: name)
        #expect(try request == forge.request(attack, name: name))
        #expect(!String(decoding: request, as: UTF8.self).contains(/\{now|\{mac|<<\d/))
    }

    @Test func `a misspelt field, an unknown event and a text that is not there are no attacks`() throws {
        let misspelt = #"{"why": "It is misspelt.", "signatur": [], "answer": {"status": 400}}"#
        #expect(throws: DecodingError.self) { try AttackFile(json: Data(misspelt.utf8)) }
        let forge = AttackForge(try Self.target(), seconds: 1)
        for body in [#""body": {"event": "moon.landed"}"#, #""afterwards": {"replace": ["moon", "sun"]}"#] {
            let text = #"{"why": "It is nowhere.", \#(body), "answer": {"status": 400}}"#
            let attack = try AttackFile(json: Data(text.utf8))
            #expect(throws: Breach.self) { try forge.request(attack, name: "x") }
        }
    }

    @Test func `a header is written as its file says`() throws {
        let text = """
            {"why": "It is an example.", "signature": ["t={now-1},v1={mac 4}<<2 x ,v0=1>>"],
            "body": {"text": "{account}"}, "answer": {"status": 400}}
            """
        let forge = AttackForge(try Self.target(), seconds: 100)
        let request = String(decoding: try forge.request(AttackFile(json: Data(text.utf8)), name: "x"), as: UTF8.self)
        #expect(request.contains(#/Stripe-Signature: t=99,v1=[0-9a-f]{4},v0=1,v0=1\r\n/#))
        #expect(request.hasSuffix("Content-Length: 6\r\n\r\nacct_1"))
    }
}
