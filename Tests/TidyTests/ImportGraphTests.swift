import Testing

@Suite struct ImportGraphTests {
    private func graph(_ files: TextFile...) throws -> ImportGraph {
        ImportGraph(files: files, package: try Repository.text("Package.swift"))
    }

    @Test func `an arrow goes down only`() throws {
        let house = ImportGraph(files: Repository.sources, package: try Repository.text("Package.swift"))
        #expect(house.upward == [])
    }

    @Test func `every import is declared in the import graph of Package.swift`() throws {
        let house = ImportGraph(
            files: Repository.swift.filter { $0.path != "Package.swift" },
            package: try Repository.text("Package.swift"))
        #expect(house.undeclared == [])
    }

    @Test(arguments: [
        ("Ledger", "import Foundation"), ("Billing", "import Stripe"), ("Billing", "public import Storage"),
        ("Stripe", "import Ledger"), ("Server", "internal import Stripe"), ("Worker", "import App"),
        ("Server", "import struct Stripe.StripeClient"), ("StripeSandbox", "@testable import Worker"),
        ("Cellar", "import Ledger"),
    ])
    func `an import that goes up is seen`(module: String, line: String) throws {
        let planted = TextFile(path: "Sources/\(module)/Planted.swift", text: "// a story\n\(line)\n")
        #expect(try graph(planted).upward.count == 1)
    }

    @Test func `an import that only a dependency's dependency explains is seen`() throws {
        let planted = TextFile(
            path: "Sources/Worker/Planted.swift", text: "import NIOCore\nimport Logging\nimport Ledger\n")
        #expect(try graph(planted).undeclared.map(\.line) == [1])
    }

    @Test func `the dependencies of a target are read from Package.swift`() throws {
        let package = try Repository.text("Package.swift")
        #expect(ImportGraph.dependencies(of: "Ledger", in: package) == [])
        #expect(ImportGraph.dependencies(of: "Stripe", in: package) == ["CCurl", "COpenSSL"])
        let doorstep = ImportGraph.dependencies(of: "SandboxApp", in: package)
        #expect(doorstep.isSuperset(of: ["StripeSandbox", "ArgumentParser"]) && !doorstep.contains("Worker"))
    }
}
