import Foundation

/// `make demo`: the whole story of Bursar, played by real processes over real HTTP.
///
/// Read `Story.swift` for what happens; the other files are the stage on which it does. The exit status is 0 only when
/// everything came out as it must.
@main
struct Demo {
    private static let help = """
        Plays the whole story of Bursar against a Stripe of its own, in about a minute, and takes no options.
        Nothing but a folder of its own is written. `make demo` builds it first.
        """

    static func main() async {
        guard CommandLine.arguments.count == 1 else {
            print(help)
            exit(["--help", "-h", "help"].contains(CommandLine.arguments[1]) ? 0 : 64)
        }
        let started = ContinuousClock.now
        let stage = Stage()
        do {
            let theatre = try await Theatre.open(stage)
            do {
                try await Story(theatre: theatre, stage: stage).play()
                try await Ending(theatre: theatre, stage: stage).play()
            } catch {
                stage.say("\nThe log of the server, for a clue: \(theatre.folder)/bursar.log")
                await theatre.close()
                throw error
            }
            await theatre.close()
            Ending.lookAround(theatre, stage, seconds: started.duration(to: .now).components.seconds)
        } catch {
            stage.complain("\(error)")
            exit(1)
        }
    }
}
