import COpenSSL
import Foundation
import Ledger
import Storage
import Worker

extension ServedHouse {
    /// One request on a connection of its own.
    func call(
        _ method: String, _ path: String, _ body: String? = nil, key: String? = ServedHouse.platformKey,
        account: String? = nil, once: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        try await call(
            method, path, body.map { Array($0.utf8) }, key: key, account: account, once: once, headers: headers)
    }

    func call(
        _ method: String, _ path: String, _ body: [UInt8]?, key: String? = ServedHouse.platformKey,
        account: String? = nil, once: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        var fields = ["Host": "bursar.test", "Connection": "close"]
        if let key { fields["Authorization"] = "Bearer \(key)" }
        if let account { fields["Bursar-Account"] = account }
        if let once { fields["Idempotency-Key"] = once }
        if let body {
            fields["Content-Length"] = String(body.count)
            fields["Content-Type"] = "application/json"
        }
        for (name, value) in headers { fields[name] = value }
        let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        let socket = try Socket(port: port)
        await socket.send(Array("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + (body ?? []))
        return try await socket.reply()
    }

    func get(_ path: String, key: String? = ServedHouse.platformKey, account: String? = nil) async throws -> Reply {
        try await call("GET", path, nil as String?, key: key, account: account)
    }

    func post(
        _ path: String, _ body: String = "{}", key: String? = ServedHouse.platformKey, account: String? = nil,
        once: String? = nil
    ) async throws -> Reply {
        try await call("POST", path, body, key: key, account: account, once: once)
    }

    /// A merchant, and a key of theirs.
    func addMerchant(_ name: String = "Merchant", stripe: String = "none") async throws -> (id: String, key: String) {
        let made = try await post("/v1/accounts", #"{"name": "\#(name)", "currency": "usd", "stripe": "\#(stripe)"}"#)
        guard let id = made.string("id") else { throw Socket.Unanswered() }
        let minted = try await post("/v1/accounts/\(id)/keys")
        guard let key = minted.string("secret") else { throw Socket.Unanswered() }
        return (id, key)
    }

    func rows(_ table: String) async throws -> Int64 {
        try await worker.context.database.read { tx in
            try tx.first("SELECT COUNT(*) AS rows FROM \(table)")?.int64("rows") ?? 0
        }
    }

    /// As Stripe signs.
    func signature(_ body: [UInt8], secret: String = ServedHouse.platformSecret) -> String {
        let time = clock.now.secondsSince1970
        let signed = Array("\(time).".utf8) + body
        var digest = [UInt8](repeating: 0, count: 32)
        let key = Array(secret.utf8)
        HMAC(EVP_sha256(), key, Int32(key.count), signed, signed.count, &digest, nil)
        let hex = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return "t=\(time),v1=\(hex)"
    }
}
