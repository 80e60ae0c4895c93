import ArgumentParser
import StripeSandbox
@main struct Sandbox: AsyncParsableCommand { func run() async throws {} }
