import ArgumentParser

/// `rehearse`: the promise, shown.
@main
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "No event lost, no cent doubled, every cent explained: shown, and replayable from a seed.",
        discussion: """
            Each command prints what it did in figures and ends with exit status 0 only when every promise held. What \
            failed is printed with the command that repeats it exactly.

            EXAMPLES
              rehearse simulate --seeds 100
              rehearse simulate --seeds 1 --seed 4711 --shrink
            """,
        subcommands: [
            SimulateCommand.self, ScheduleCommand.self, CrashCommand.self, WireCommand.self, OracleCommand.self,
            AttackCommand.self, SabotageCommand.self,
        ])
}
