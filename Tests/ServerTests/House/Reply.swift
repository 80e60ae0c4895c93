import Foundation

/// An answer as it came over the wire.
struct Reply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard let end = Self.headerEnd(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count > 1, let status = Int(first[1]) else {
            return nil
        }
        self.status = status
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { return nil }
                return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
            }, uniquingKeysWith: { first, _ in first })
        let rest = bytes[(end + 4)...]
        body = headers["transfer-encoding"] == "chunked" ? Self.dechunked(rest) : Array(rest)
    }

    /// Whether an answer in parts came to its end.
    static func isWhole(_ bytes: [UInt8]) -> Bool { bytes.suffix(5) == Array("0\r\n\r\n".utf8) }

    private static func dechunked(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var (body, rest): ([UInt8], ArraySlice<UInt8>) = ([], bytes)
        while let line = rest.firstIndex(of: 0x0D),
            let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), size > 0
        {
            body += rest.dropFirst(line + 2 - rest.startIndex).prefix(size)
            rest = rest.dropFirst(line + 2 - rest.startIndex + size + 2)
        }
        return body
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    func string(_ name: String) -> String? { json[name] as? String }
    func integer(_ name: String) -> Int? { json[name] as? Int }
    var data: [[String: Any]] { json["data"] as? [[String: Any]] ?? [] }
    var code: String? { string("code") }

    /// How many bytes are still to come of the answer that begins `bytes`.
    static func missing(_ bytes: [UInt8]) -> Int {
        guard let end = headerEnd(bytes) else { return 1 }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        if head.contains("transfer-encoding: chunked") { return isWhole(bytes) ? 0 : 1 }
        guard let field = head.components(separatedBy: "\r\n").first(where: { $0.hasPrefix("content-length:") }),
            let length = Int(field.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces))
        else { return 0 }
        return max(0, end + 4 + length - bytes.count)
    }

    private static func headerEnd(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { Array(bytes[$0..<($0 + 4)]) == mark }
    }
}
