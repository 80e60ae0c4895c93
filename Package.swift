// swift-tools-version: 6.2
// The import graph of the house. An arrow points down only; `make build` refuses every other.

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "bursar",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bursar", targets: ["App"]),
        .executable(name: "stripe-sandbox", targets: ["SandboxApp"]),
        .executable(name: "rehearse", targets: ["RehearseApp"]),
        .executable(name: "demo", targets: ["Demo"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Cellar: system libraries, and the texts that people and programs read alike.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "Config", path: "Config", exclude: ["README.md", "bursar.example.env", "bursar.service"],
            resources: [
                .embedInCode("settings.json"), .embedInCode("currencies.json"),
                .embedInCode("chart-of-accounts.json"), .embedInCode("prices.json"),
            ], swiftSettings: strict),
        .target(
            name: "Webhooks", path: "Webhooks",
            exclude: [
                "README.md",
                "account.application.authorized",
                "account.application.deauthorized",
                "account.updated",
                "attacks",
                "charge.dispute.closed",
                "charge.dispute.created",
                "charge.dispute.funds_reinstated",
                "charge.dispute.funds_withdrawn",
                "charge.dispute.updated",
                "charge.refunded",
                "checkout.session.async_payment_failed",
                "checkout.session.async_payment_succeeded",
                "checkout.session.completed",
                "checkout.session.expired",
                "payment_intent.canceled",
                "payment_intent.created",
                "payment_intent.payment_failed",
                "payment_intent.processing",
                "payment_intent.requires_action",
                "payment_intent.succeeded",
                "refund.created",
                "refund.failed",
                "refund.updated",
            ], sources: ["Webhooks.swift"], resources: [.embedInCode("endpoints.json")], swiftSettings: strict),

        // Ground: money and balanced entries. Imports nothing.
        .target(name: "Ledger", exclude: ["README.md"], swiftSettings: strict),

        // First floor: the rules. Pure.
        .target(name: "Billing", dependencies: ["Config", "Ledger"], swiftSettings: strict),

        // Second floor: the database, and Stripe's words and wire.
        .target(name: "Storage", dependencies: ["Billing", "COpenSSL", "CSQLite", "Ledger"], swiftSettings: strict),
        .target(name: "Stripe", dependencies: ["CCurl", "COpenSSL"], swiftSettings: strict),

        // Third floor: what Bursar does.
        .target(
            name: "Worker",
            dependencies: [
                "Billing", "COpenSSL", "Ledger", "Storage", "Stripe", "Webhooks",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ], swiftSettings: strict),

        // Fourth floor: HTTP.
        .target(
            name: "Server",
            dependencies: [
                "Billing", "Ledger", "Storage", "Worker",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("openapi.yaml")], swiftSettings: strict),

        // Roof: commands, settings, wiring, the loops.
        .executableTarget(
            name: "App",
            dependencies: [
                "Billing", "Config", "Ledger", "Server", "Storage", "Stripe", "Webhooks", "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        // Beside the house: a Stripe for Connect that lies and dies on command.
        .target(
            name: "StripeSandbox", dependencies: ["COpenSSL"],
            exclude: ["README.md", "Parameters/write-tables.py"],
            swiftSettings: strict),
        .executableTarget(
            name: "SandboxApp",
            dependencies: [
                "StripeSandbox",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        // Beside the house, too: seeded years, deaths and faults, with the real worker in them.
        .target(
            name: "Rehearsal",
            dependencies: [
                "Billing", "COpenSSL", "Ledger", "Server", "Storage", "Stripe", "StripeSandbox", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["README.md"], swiftSettings: strict),
        .executableTarget(
            name: "RehearseApp",
            dependencies: ["Rehearsal", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),

        .executableTarget(
            name: "Demo", dependencies: ["Stripe"], path: "Examples/Demo", swiftSettings: strict),

        .testTarget(name: "LedgerTests", dependencies: ["Config", "Ledger"], swiftSettings: strict),
        .testTarget(name: "BillingTests", dependencies: ["Billing", "Config", "Ledger"], swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Billing", "CSQLite", "Ledger", "Storage"], swiftSettings: strict),
        .testTarget(name: "StripeTests", dependencies: ["COpenSSL", "Stripe"], swiftSettings: strict),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Billing", "COpenSSL", "Ledger", "Storage", "Stripe", "StripeSandbox", "Webhooks", "Worker",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Billing", "COpenSSL", "Ledger", "Server", "Storage", "Stripe", "StripeSandbox", "Webhooks", "Worker",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "App", "Billing", "Config", "Ledger", "Server", "Storage", "Stripe", "StripeSandbox", "Webhooks",
                "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .testTarget(name: "StripeSandboxTests", dependencies: ["StripeSandbox"], swiftSettings: strict),
        .testTarget(
            name: "ContractTests", dependencies: ["Stripe", "StripeSandbox", "Webhooks", "Worker"],
            swiftSettings: strict),
        .testTarget(
            name: "RehearsalTests", dependencies: ["Ledger", "Rehearsal", "Server", "Storage", "StripeSandbox"],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
