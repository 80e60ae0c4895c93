import Foundation

/// An HTTP answer as it came over the wire.
public struct RawAnswer: Sendable {
    public let status: Int
    /// By lowercase name.
    public let headers: [String: String]
    public let body: [UInt8]
    /// How long all of it is.
    public let length: Int

    /// - Returns: `nil` for what is no answer, or not all of one.
    public init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfHeader(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ")
        guard first.count >= 2, let status = Int(first[1]) else { return nil }
        self.status = status
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        headers = Dictionary(pairs) { first, _ in first }
        let rest = bytes[(end + 4)...]
        if headers["transfer-encoding"] == "chunked" {
            guard let whole = Self.unchunked(rest) else { return nil }
            (body, self.length) = (whole.body, end + 4 + whole.length)
        } else {
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            guard rest.count >= length else { return nil }
            (body, self.length) = (Array(rest.prefix(length)), end + 4 + length)
        }
    }

    public var text: String { String(decoding: body, as: UTF8.self) }

    private var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    /// A text in the answer's JSON, by path: `data.0.usage_event`.
    public func string(_ path: String) -> String? {
        var value: Any? = object
        for name in path.split(separator: ".") {
            if let list = value as? [Any] {
                value = Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
            } else {
                value = (value as? [String: Any])?[String(name)]
            }
        }
        return value as? String
    }

    /// Of a problem.
    public var code: String? { string("code") }

    /// The body without what differs between any two requests: ids of ours, and the path that a problem repeats.
    public var withoutIDs: String {
        text.replacing(/b[a-z]{3}_[0-9a-z]{26}/, with: "ID")
    }

    static func endOfHeader(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    /// - Returns: `nil` while the last chunk is not there.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], length: Int)? {
        var (rest, whole) = (bytes, [UInt8]())
        while let end = rest.firstIndex(of: 13) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) else { return nil }
            rest = rest.dropFirst(end - rest.startIndex + 2)
            if size == 0 { return rest.count >= 2 ? (whole, bytes.count - rest.count + 2) : nil }
            guard rest.count >= size + 2 else { return nil }
            whole += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
