/// How far a file is: lines, lines a second, the share that is done and the time that it will take. A terminal shows it
/// in place; whatever else standard error is gets a line now and then.
struct ImportProgress {
    private static let pause = Duration.seconds(10)

    private let progress: Progress
    private let terminal: Terminal
    private let file: ImportedFile
    private let began: Int64
    private let started = ContinuousClock.now
    private var lines: Int64 = 0
    private var told = ContinuousClock.now

    init(_ file: ImportedFile, on terminal: Terminal, from position: Int64) {
        progress = Progress(on: terminal)
        self.terminal = terminal
        self.file = file
        began = position
    }

    mutating func update(lines more: Int64, position: Int64) {
        lines += more
        let elapsed = started.duration(to: .now)
        let text = Self.text(
            file.name, lines: lines,
            milliseconds: elapsed.components.seconds * 1_000
                + elapsed.components.attoseconds / 1_000_000_000_000_000,
            done: position - began, left: file.size.map { $0 - position }, of: file.size)
        guard !terminal.showsProgress else { return progress.update(text) }
        guard told.duration(to: .now) >= Self.pause else { return }
        told = .now
        terminal.remark(text)
    }

    func finish() { progress.finish() }

    /// - Parameters:
    ///   - done: bytes read by this run.
    ///   - left: bytes still to be read, where that is known.
    static func text(
        _ name: String, lines: Int64, milliseconds: Int64, done: Int64, left: Int64?, of size: Int64?
    ) -> String {
        let rate = lines * 1_000 / max(1, milliseconds)
        let text = "\(name): \(lines) lines, \(rate) a second"
        guard let left, let size, size > 0, done > 0 else { return text }
        let seconds = Int64(clamping: Int128(left) * Int128(milliseconds) / Int128(done) / 1_000)
        let clock = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        return "\(text), \((size - left) * 100 / size) %, \(clock) left"
    }
}
