import Foundation
import HTTPTypes
import Testing

@testable import Server

/// The description of the API and the table of routes say the same.
struct DescriptionTests {
    @Test func `every route is described, and nothing else is`() async throws {
        try await ServedHouse.open { house in
            let text = try await house.get("/openapi.yaml", key: nil)
            #expect(text.headers["content-type"] == "application/yaml")
            #expect(Self.operations(text.text) == Set(try house.routes.map { "\($0.method.rawValue) \($0.path)" }))
        }
    }

    /// `METHOD /path` of each operation, by the indentation that the file keeps.
    private static func operations(_ yaml: String) -> Set<String> {
        var operations: Set<String> = []
        var path = ""
        for line in yaml.split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = line.dropFirst(2).dropLast().description }
            for method in ["get", "post", "delete", "put", "patch"] where line == "    \(method):" {
                operations.insert("\(method.uppercased()) \(path)")
            }
        }
        return operations
    }
}
