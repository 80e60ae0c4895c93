import COpenSSL
import Ledger
import Storage
import StripeSandbox
import Testing

@testable import Worker

/// Webhooks that a test writes itself, signed as Stripe signs.
extension TestHouse {
    /// - Parameter signedAt: seconds since 1970; now, unless told otherwise.
    func signature(_ body: [UInt8], secret: String = TestHouse.platformSecret, signedAt: Int64? = nil) -> String {
        let time = signedAt ?? clock.now.secondsSince1970
        let signed = Array("\(time).".utf8) + body
        var digest = [UInt8](repeating: 0, count: 32)
        let key = Array(secret.utf8)
        HMAC(EVP_sha256(), key, Int32(key.count), signed, signed.count, &digest, nil)
        let hex = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return "t=\(time),v1=\(hex)"
    }

    /// An event around `object`, as Stripe's platform endpoint sends it.
    func event(
        _ id: String, _ type: String, object: String, livemode: Bool = false, account: String? = nil
    ) -> [UInt8] {
        let about = account.map { "\"account\": \"\($0)\", " } ?? ""
        return Array(
            """
            {"id": "\(id)", "object": "event", "api_version": "2026-10-28.endive", \(about)"type": "\(type)",
             "created": \(clock.now.secondsSince1970), "livemode": \(livemode), "data": {"object": \(object)}}
            """.utf8)
    }

    @discardableResult
    func post(_ body: [UInt8], to endpoint: Inbox.Endpoint = .platform) async throws -> Inbox.Receipt {
        let secret = endpoint == .platform ? Self.platformSecret : Self.connectSecret
        return try await worker.inbox.receive(endpoint, signature: signature(body, secret: secret), body: body)
    }

    func stored(_ id: String) async throws -> InboxEvent? {
        try await database.read { tx in try tx.inbox.find(id) }
    }

    /// Takes all webhooks that are due out of Stripe's hands, and acknowledges them without handing them on.
    func intercept() async -> [WebhookDelivery] {
        var deliveries: [WebhookDelivery] = []
        while let delivery = await sandbox.nextDelivery() {
            await sandbox.delivered(delivery.id, status: 200)
            deliveries.append(delivery)
        }
        return deliveries
    }

    func drain() async throws {
        while try await worker.inbox.step() {}
    }

    /// The form of one of Stripe's pages, sent with these fields.
    func send(_ fields: [String: String], to url: String) async throws {
        try await post(fields, String(url.dropFirst(Wire.base.count)))
    }

    /// One of the sandbox's own control calls.
    /// - Returns: its answer.
    @discardableResult
    func control(_ path: String, _ fields: [String: String] = [:]) async throws -> [UInt8] {
        try await post(fields, path)
    }

    @discardableResult
    private func post(_ fields: [String: String], _ target: String) async throws -> [UInt8] {
        let body = fields.map { "\($0.key)=\($0.value.replacing(" ", with: "%20"))" }.sorted().joined(separator: "&")
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: "POST", target: target, headers: ["content-type": "application/x-www-form-urlencoded"],
                body: Array(body.utf8)))
        guard case .answer(let answer) = outcome, (200..<400).contains(answer.status) else {
            throw WorkerError.notFound("page \(target): \(outcome)")
        }
        return answer.body
    }
}
