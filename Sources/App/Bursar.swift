import ArgumentParser
import Server
import Configuration
import ServiceLifecycle
@main struct Bursar: AsyncParsableCommand { func run() async throws {} }
