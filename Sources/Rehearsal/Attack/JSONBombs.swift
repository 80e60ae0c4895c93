/// Bodies that are small or legal on the wire and large in a parser.
public enum JSONBombs {
    public struct Bomb: Sendable, Hashable {
        public let name: String
        public let body: [UInt8]
    }

    /// Each is below the limit of an API call's body, 1 MiB, so that it reaches the parser.
    public static let all: [Bomb] = [
        bomb("arrays in arrays, 100,000 deep", repeated("[", 100_000) + repeated("]", 100_000)),
        bomb("arrays that never end", repeated("[", 900_000)),
        bomb("objects in objects, 100,000 deep", repeated(#"{"a":"#, 100_000) + "1" + repeated("}", 100_000)),
        bomb("objects and arrays in turn", repeated(#"[{"a":"#, 60_000)),
        bomb("17 levels", repeated(#"{"a":"#, 17) + "1" + repeated("}", 17)),
        bomb(
            "depth hidden behind a text of brackets",
            #"{"a":""# + repeated("]", 1_000) + #"","b":"#
                + repeated("[", 50_000)),
        bomb("100,000 fields", "{" + (0..<60_000).map { #""f\#($0)":1"# }.joined(separator: ",") + "}"),
        bomb(
            "one field 100,000 times", "{" + Array(repeating: #""id":"x""#, count: 100_000).joined(separator: ",") + "}"
        ),
        bomb("500,000 numbers", "[" + repeated("1,", 500_000) + "1]"),
        bomb("a number of a million digits", #"{"amount":"# + repeated("9", 1_000_000) + "}"),
        bomb("an exponent of a million digits", #"{"amount":1e"# + repeated("9", 1_000_000) + "}"),
        bomb("1e999999999", #"{"amount":1e999999999,"cost_micros":1e999999999}"#),
        bomb("-0.0e-999999999", #"{"amount":-0.0e-999999999}"#),
        bomb("a text of a million escapes", #"{"id":""# + repeated("\\u0041", 170_000) + #""}"#),
        bomb("half a surrogate", #"{"id":"\ud800","customer":"\udfff\ud800"}"#),
        bomb("a NUL that is escaped", #"{"id":"a\u0000b","name":"a\u0000b","customer":"\u0000"}"#),
        bomb("a name of a million letters", #"{""# + repeated("n", 1_000_000) + #"":1}"#),
        bomb("1,001 things in a list", "[" + Array(repeating: "{}", count: 1_001).joined(separator: ",") + "]"),
        bomb("a comma too many", #"{"id":"x",}"#),
        bomb("two values", #"{} {}"#),
        bomb("a comment", #"{"id":/* x */"y"}"#),
        bomb("NaN", #"{"amount":NaN,"cost_micros":Infinity}"#),
        Bomb(
            name: "bytes that are no UTF-8",
            body: Array(#"{"id":""#.utf8) + [0xFF, 0xFE, 0xC0, 0x80] + Array(#""}"#.utf8)),
        Bomb(name: "UTF-16", body: [0xFE, 0xFF] + Array(#"{"id":1}"#.utf8).flatMap { [0, $0] }),
        Bomb(name: "UTF-8 with a byte order mark", body: [0xEF, 0xBB, 0xBF] + Array(#"{"id":1}"#.utf8)),
        Bomb(name: "zeros", body: [UInt8](repeating: 0, count: 100_000)),
    ]

    private static func bomb(_ name: String, _ text: String) -> Bomb { Bomb(name: name, body: Array(text.utf8)) }

    private static func repeated(_ text: String, _ times: Int) -> String { String(repeating: text, count: times) }
}
