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

    @Test func `each route that a customer's key does not open says so`() async throws {
        try await ServedHouse.open { house in
            let text = try await house.get("/openapi.yaml", key: nil).text
            let refusing = Self.operations(text, that: "        '403':")
            for route in try house.routes where route.access != .open && route.access != .customer {
                #expect(refusing.contains("\(route.method.rawValue) \(route.path)"), "\(route.method) \(route.path)")
            }
        }
    }

    /// `METHOD /path` of each operation, by the indentation that the file keeps.
    /// - Parameter trait: how a line begins that the operation must have.
    private static func operations(_ yaml: String, that trait: String? = nil) -> Set<String> {
        var operations: Set<String> = []
        var path = ""
        var operation = ""
        for line in yaml.split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = line.dropFirst(2).dropLast().description }
            for method in ["get", "post", "delete", "put", "patch"] where line == "    \(method):" {
                operation = "\(method.uppercased()) \(path)"
                if trait == nil { operations.insert(operation) }
            }
            if let trait, line.hasPrefix(trait) { operations.insert(operation) }
        }
        return operations
    }
}
