/// A linear look at JSON before it is given to a recursive reader. It does not judge the syntax: on text that is not
/// JSON its answers mean nothing, and the reader will refuse it.
enum JSONNesting {
    static let maximumLevels = 64

    /// False as soon as objects and arrays are nested deeper than the limit.
    static func isShallow(_ json: UnsafeRawBufferPointer, maximumLevels: Int = maximumLevels) -> Bool {
        var levels = 0
        var scanner = JSONScanner()
        for byte in json {
            switch scanner.structure(byte) {
            case .open:
                levels += 1
                if levels > maximumLevels { return false }
            case .close: levels -= 1
            case .other, nil: break
            }
        }
        return true
    }

    /// The bytes of each object in the top-level list `"data": […]`, exactly as they stand. For JSON that is known to
    /// be a page of a list: the only array one level down is `data`, and its elements are objects two levels down.
    static func elementsOfPage(_ json: [UInt8]) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        var scanner = JSONScanner()
        var opened: [UInt8] = []
        var start = 0
        for (index, byte) in json.enumerated() {
            switch scanner.structure(byte) {
            case .open:
                if opened == [UInt8(ascii: "{"), UInt8(ascii: "[")] { start = index }
                opened.append(byte)
            case .close:
                _ = opened.popLast()
                if opened == [UInt8(ascii: "{"), UInt8(ascii: "[")] { elements.append(json[start...index]) }
            case .other, nil: break
            }
        }
        return elements
    }
}

/// Tells brackets that are structure from brackets inside strings.
struct JSONScanner {
    enum Structure {
        case open, close, other
    }

    private var isInString = false
    private var isEscaped = false

    /// Nil for a byte that belongs to a string.
    mutating func structure(_ byte: UInt8) -> Structure? {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return nil
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            return nil
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .open
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return .close
        default: return .other
        }
    }
}
