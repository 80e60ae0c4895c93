import Foundation
import NIOCore

/// A look over the names in a JSON text before anything decodes it. A name that stands twice in one object is read by
/// some as the first and by others as the last, and means an amount in either case: so it is refused.
enum JSONNames {
    private struct Frame {
        let isObject: Bool
        var isNameNext: Bool
        var names: Set<String> = []
    }

    /// - Returns: the first name that an object has twice, escapes undone; nil when there is none. What is not JSON is
    ///   left to the decoder.
    static func repeated(in text: ByteBufferView) -> String? {
        text.withUnsafeBytes { bytes in
            var frames: [Frame] = []
            var place = 0
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    let end = endOfString(from: place, in: bytes)
                    if let last = frames.indices.last, frames[last].isNameNext {
                        frames[last].isNameNext = false
                        if let name = string(bytes[place..<end]), !frames[last].names.insert(name).inserted {
                            return name
                        }
                    }
                    place = end - 1
                case UInt8(ascii: "{"): frames.append(Frame(isObject: true, isNameNext: true))
                case UInt8(ascii: "["): frames.append(Frame(isObject: false, isNameNext: false))
                case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = frames.popLast()
                case UInt8(ascii: ","):
                    if let last = frames.indices.last { frames[last].isNameNext = frames[last].isObject }
                default: break
                }
                place += 1
            }
            return nil
        }
    }

    /// - Returns: the place behind the closing quote, or the end of a text that has none.
    private static func endOfString(from quote: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var place = quote + 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\""): return place + 1
            default: place += 1
            }
        }
        return bytes.count
    }

    private static func string(_ quoted: Slice<UnsafeRawBufferPointer>) -> String? {
        guard quoted.contains(UInt8(ascii: "\\")) else {
            return String(validating: quoted.dropFirst().dropLast(), as: UTF8.self)
        }
        return try? JSONDecoder().decode(String.self, from: Data(quoted))
    }
}
