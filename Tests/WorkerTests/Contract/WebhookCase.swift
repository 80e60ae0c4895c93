import Foundation
import Testing

/// One folder of `Webhooks/`: an event as it is delivered, and what must come of it.
struct WebhookCase: CustomTestStringConvertible, Sendable {
    struct Story: Decodable, Sendable {
        let means: String
        let bursar: String
        let before: [String: String]
        let after: [String: String]
    }

    /// The folder, below `Webhooks/`.
    let name: String
    let story: Story
    let payload: [UInt8]
    /// What Stripe answers when it is asked for the object afresh.
    let object: [UInt8]?
    let journal: HledgerJournal

    var event: String { name.split(separator: "/").first.map(String.init) ?? name }
    var testDescription: String { name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Webhooks")

    /// Every folder with a payload, those within an event's folder too.
    static let all: [WebhookCase] = {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix("/payload.json") }.sorted().compactMap { path in
            try? WebhookCase(name: String(path.dropLast("/payload.json".count)))
        }
    }()

    /// The folders that carry an event's name, all of which have a point in them.
    static let eventFolders: Set<String> = {
        let entries = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: [.isDirectoryKey])
        let folders = (entries ?? []).filter(\.hasDirectoryPath).map(\.lastPathComponent)
        return Set(folders.filter { $0.contains(".") })
    }()

    init(name: String) throws {
        self.name = name
        let place = Self.folder.appending(path: name)
        payload = Array(try Data(contentsOf: place.appending(path: "payload.json")))
        object = (try? Data(contentsOf: place.appending(path: "object.json"))).map(Array.init)
        story = try JSONDecoder().decode(Story.self, from: Data(contentsOf: place.appending(path: "story.json")))
        journal = try HledgerJournal(String(contentsOf: place.appending(path: "journal.hledger"), encoding: .utf8))
    }
}
