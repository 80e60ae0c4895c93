import Synchronization

/// One line on standard error that says how far long work is; nothing where no person reads it.
final class Progress: Sendable {
    private let terminal: Terminal
    private let isShown = Mutex(false)

    init(on terminal: Terminal) { self.terminal = terminal }

    func update(_ text: String) {
        guard terminal.showsProgress else { return }
        isShown.withLock { $0 = true }
        terminal.err("\r\u{1B}[K\(text)")
    }

    /// Takes the line away, so that the answer stands alone.
    func finish() {
        let wasShown = isShown.withLock { shown in
            defer { shown = false }
            return shown
        }
        if wasShown { terminal.err("\r\u{1B}[K") }
    }
}
