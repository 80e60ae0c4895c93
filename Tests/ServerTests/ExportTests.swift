import Billing
import Foundation
import Storage
import Testing
import Worker

@testable import Server

struct ExportTests {
    @Test func `the log is exported whole, in parts, in each format`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            try await house.worker.context.database.write { tx in
                for number in 0..<1_203 {
                    try tx.auditLog.append(
                        AuditEntry(
                            id: .make(house.worker.context.seams), account: ConnectedAccount.ID(stored: ada.id),
                            actor: "worker", action: "changed", object: "plan", objectID: "bpln_\(number)",
                            changes: [AuditChange(field: "name", from: "a,\"b\"", to: "=1+1")],
                            at: house.clock.now))
                }
            }
            let json = try await house.get("/v1/audit_log/export?object=plan", key: ada.key)
            #expect(json.headers["transfer-encoding"] == "chunked")
            #expect(json.headers["content-disposition"] == #"attachment; filename="audit_log.json""#)
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.body)) as? [[String: Any]])
            #expect(Set(rows.compactMap { $0["id"] as? String }).count == 1_203)
            let lines = try await house.get("/v1/audit_log/export?format=ndjson&object=plan", key: ada.key)
            #expect(lines.text.split(separator: "\n").count == 1_203)
            let csv = try await house.get("/v1/audit_log/export?format=csv&object=plan", key: ada.key)
            #expect(csv.headers["content-type"]?.hasPrefix("text/csv") == true)
            let records = csv.text.components(separatedBy: "\r\n")
            #expect(records.count == 1_205)
            #expect(records.first == "id,at,account,actor,action,object,object_id,field,from,to")
            #expect(records.dropFirst().first?.hasSuffix(#",name,"a,""b""",'=1+1"#) == true)
        }
    }

    @Test func `usage is exported of one customer alone, with the mark of what the ceiling has priced`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            let terms = #"{"unknown_model": "ceiling", "ceiling": {"per_million": {"input_tokens": "9"}}}"#
            let set = try await house.post("/v1/accounts/\(ada.id)", #"{"terms": \#(terms)}"#)
            #expect(set.status == 200, "\(set.text)")
            for (id, customer, model) in [("1", "x", "no-such"), ("2", "x", "gpt-5"), ("3", "y", "no-such")] {
                house.clock.advance(seconds: 1)
                let used = try await house.post(
                    "/v1/usage",
                    #"{"id": "\#(id)", "customer": "\#(customer)", "model": "\#(model)", "input_tokens": 1000000}"#,
                    key: ada.key)
                #expect(used.json["accepted"] as? Int == 1, "\(used.text)")
            }
            let one = try await house.get("/v1/usage/export?customer=x", key: ada.key)
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(one.body)) as? [[String: Any]])
            #expect(rows.compactMap { $0["id"] as? String } == ["1", "2"])
            #expect(rows.compactMap { $0["ceiling"] as? Bool } == [true, false])
            let listed = try await house.get("/v1/usage?customer=y", key: ada.key).data
            #expect(listed.compactMap { $0["ceiling"] as? Bool } == [true])
            let all = try await house.get("/v1/usage/export?format=ndjson", key: ada.key)
            #expect(all.text.split(separator: "\n").count == 3)
            #expect(try await house.get("/v1/usage/export?customer=nobody", key: ada.key).status == 404)
        }
    }

    @Test func `an authorization of a model without a price names the field`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            let refused = try await house.post(
                "/v1/authorizations",
                #"{"customer": "x", "estimate": {"model": "no-such", "input_tokens": 5}}"#, key: ada.key)
            #expect(refused.status == 400)
            #expect(refused.code == "unknown_model")
            #expect(refused.string("field") == "estimate.model")
        }
    }

    @Test func `an export of nothing is an empty list, and a wrong format is refused`() async throws {
        try await ServedHouse.open { house in
            let path = "/v1/audit_log/export?actor=stripe"
            #expect(try await house.get(path).text == "[]\n")
            #expect(try await house.get(path + "&format=ndjson").text.isEmpty)
            #expect(try await house.get(path + "&format=csv").text.hasSuffix("from,to\r\n"))
            #expect(try await house.get(path + "&format=xml").status == 400)
            let head = try await house.call("HEAD", path, nil as String?)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test(arguments: ["=cmd|x", "+1", "-1", "@sum", "\tx", "＝1", " =1", "\u{FEFF}=1"])
    func `a text that a spreadsheet would carry out is made text again`(formula: String) {
        #expect(CSV.line([.string(formula)]) == "'\(formula)\r\n")
    }

    @Test func `numbers below zero and texts with commas, quotes and breaks keep their value`() {
        #expect(CSV.line([.integer(-5), .null, .bool(true), .string("a")]) == "-5,,true,a\r\n")
        #expect(CSV.line([.string("a,b"), .string("a\"b"), .string("a\nb")]) == "\"a,b\",\"a\"\"b\",\"a\nb\"\r\n")
        // A quote with an accent is one character and has two scalars.
        #expect(Array(CSV.line([.string("a\"\u{301},=b")]).utf8) == Array("\"a\"\"\u{301},=b\"\r\n".utf8))
    }

    @Test func `the next page is read only when the last was taken, and a row is read once`() async throws {
        let asked = Asked()
        let export = Export<Int>(
            "numbers", .ndjson, .init(columns: ["n"], lines: { [[.integer(Int64($0))]] }, json: { .integer(Int64($0)) })
        ) { after, limit in
            await asked.page(after: after, limit: limit, of: 1_200)
        }
        _ = try await export.next()
        #expect(await asked.pages == 1)
        var rest = 0
        while let part = try await export.next() { rest += part.split(separator: "\n").count }
        #expect(rest == 700)
        #expect(await asked.pages == 3)
    }

    private actor Asked {
        var pages = 0

        func page(after: Int?, limit: Int, of all: Int) -> [Int] {
            pages += 1
            let first = (after ?? -1) + 1
            return Array(first..<min(all, first + limit))
        }
    }
}
