import HTTPTypes

/// Finds the route of a method and a path.
struct RouteTable: Sendable {
    enum Match {
        case found(place: Int, parameters: [String: String])
        /// The path exists, with these methods.
        case otherMethods([String])
        case nothing
    }

    private enum Segment: Sendable {
        case literal(String)
        case parameter(String)
    }

    private struct Pattern: Sendable {
        let segments: [Segment]
        var places: [HTTPRequest.Method: Int]
    }

    let routes: [Route]
    private var exact: [String: [HTTPRequest.Method: Int]] = [:]
    /// Paths with parameters, by the number of their segments.
    private var patterns: [Int: [Pattern]] = [:]

    init(_ routes: [Route]) {
        self.routes = routes
        let byPath = Dictionary(grouping: routes.indices) { routes[$0].path }
        for (path, places) in byPath {
            let methods = Dictionary(places.map { (routes[$0].method, $0) }) { first, _ in first }
            guard path.contains("{") else {
                exact[path] = methods
                continue
            }
            let segments = Self.split(Substring(path)).map { segment -> Segment in
                segment.hasPrefix("{") ? .parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
            }
            patterns[segments.count, default: []].append(Pattern(segments: segments, places: methods))
        }
    }

    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        // Whoever may read a thing may ask for its head.
        let wanted: HTTPRequest.Method = method == .head ? .get : method
        if let places = exact[String(path)] { return Self.match(wanted, places, [:]) }
        let segments = Self.split(path)
        for pattern in patterns[segments.count] ?? [] {
            if let parameters = Self.parameters(pattern.segments, segments) {
                return Self.match(wanted, pattern.places, parameters)
            }
        }
        return .nothing
    }

    private static func match(
        _ method: HTTPRequest.Method, _ places: [HTTPRequest.Method: Int], _ parameters: [String: String]
    ) -> Match {
        if let place = places[method] { return .found(place: place, parameters: parameters) }
        let methods = places.keys.map(\.rawValue) + (places[.get] == nil ? [] : ["HEAD"])
        return .otherMethods(methods.sorted())
    }

    private static func split(_ path: Substring) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func parameters(_ pattern: [Segment], _ segments: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (wanted, given) in zip(pattern, segments) {
            switch wanted {
            case .literal(let text): guard given == text else { return nil }
            case .parameter(let name):
                guard !given.isEmpty, let text = PercentCoding.decode(given) else { return nil }
                parameters[name] = text
            }
        }
        return parameters
    }
}
