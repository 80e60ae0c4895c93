import ArgumentParser

struct AccountsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Merchants: make, list, show, change, disconnect, and their API keys.",
        discussion: """
            Examples:
              bursar accounts create --name "Ada's AI" --currency usd --stripe connect
              bursar accounts list
              bursar accounts keys create "Ada's AI" --name server
            """,
        subcommands: [
            AccountsList.self, AccountsCreate.self, AccountsShow.self, AccountsUpdate.self, AccountsDisconnect.self,
            AccountsKeys.self,
        ])
}
