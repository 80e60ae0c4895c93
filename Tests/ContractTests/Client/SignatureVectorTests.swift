import Foundation
import Stripe
import Testing

/// The official Python SDK's verdict on each header, and ours.
@Suite(.enabled(if: SharedContract.isPresent, SharedContract.comment))
struct SignatureVectorTests {
    struct Vector: Decodable, Sendable {
        let name: String
        let payload: String
        let secret: String
        let header: String
        let now: Int64
        let tolerance: Int64
        let verdict: String

        var ours: SignatureError? {
            do throws(SignatureError) {
                try WebhookSignature.verify(
                    header: header, body: Array(payload.utf8), secrets: [WebhookSecret(secret)], nowSeconds: now,
                    toleranceSeconds: tolerance)
                return nil
            } catch {
                return error
            }
        }
    }

    private static func vectors() throws -> [Vector] {
        struct File: Decodable {
            let vectors: [Vector]
        }
        return try JSONDecoder().decode(
            File.self, from: Data(contentsOf: SharedContract.file("signature_vectors.json"))
        ).vectors
    }

    @Test func `on every vector our verdict is the official one`() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count >= 17)
        #expect(vectors.contains { $0.verdict == "accept" } && vectors.contains { $0.verdict == "reject" })
        for vector in vectors {
            #expect(
                (vector.ours == nil) == (vector.verdict == "accept"),
                "\(vector.name): \(String(describing: vector.ours))")
        }
    }

    @Test func `each refusal has its reason`() throws {
        let reasons = Dictionary(uniqueKeysWithValues: try Self.vectors().map { ($0.name, $0.ours) })
        #expect(reasons["empty_header"] == .missing)
        #expect(reasons["empty_secret"] == .noSecret)
        #expect(reasons["no_t"] == .malformed)
        #expect(reasons["t_not_number"] == .malformed)
        #expect(reasons["no_v1"] == .noV1)
        #expect(reasons["v0_only_rejected"] == .noV1)
        #expect(reasons["age_301_rejected"] == .tooOld)
        for name in ["wrong_secret", "tampered_body", "tampered_timestamp", "reserialized_body_rejected"] {
            #expect(reasons[name] == .mismatch, "\(name)")
        }
    }

    /// Where the SDKs disagree among themselves we take the strictest reading, since Stripe sends none of these. Each
    /// carries a true signature, and some SDK lets it in.
    @Test func `we are stricter than some SDK exactly here`() throws {
        let valid = try #require(try Self.vectors().first { $0.name == "valid" })
        let parts = valid.header.split(separator: ",").map(String.init)
        let stricter = [
            "a space after the comma (ruby accepts)": parts.joined(separator: ", "),
            "two timestamps (python takes the first)": "\(parts[0]),t=1,\(parts[1])",
            "two timestamps (node takes the last)": "t=1,\(parts[0]),\(parts[1])",
            "a trailing comma (python accepts)": valid.header + ",",
            "an item without a value (python accepts)": valid.header + ",v0",
            "uppercase digits (go accepts)": parts[0] + ",v1=" + parts[1].dropFirst(3).uppercased(),
            "a v1 beside the good one that is no digest (all accept)": valid.header + ",v1=zz",
        ]
        for (why, header) in stricter {
            let vector = Vector(
                name: why, payload: valid.payload, secret: valid.secret, header: header, now: valid.now,
                tolerance: valid.tolerance, verdict: "reject")
            #expect(vector.ours == .malformed, "\(why)")
        }
    }
}
