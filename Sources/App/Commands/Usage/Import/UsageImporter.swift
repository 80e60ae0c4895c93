import Billing
import Ledger
import Server
import Storage
import Worker

/// Brings files of usage in, a thousand lines a commit, in constant memory.
struct UsageImporter: Sendable {
    let desk: Desk
    let merchant: AccountOption
    var names = ColumnNames()
    /// Of events that do not name one.
    var source = UsageReport.defaultSource
    /// Whether a file goes on where an earlier import of it stopped.
    var remembers = false
    var restarts = false
    /// Where everything is tried, and nothing kept.
    var tried: TriedEvents?
    private var isDryRun: Bool { tried != nil }
    var rejects: RejectsFile?

    /// A batch is written when its lines together are so long, be they a thousand or not.
    private static let batchBytes = 4 << 20

    private struct Batch: Sendable {
        var lines: [ImportedLine] = []
        var isLast = false
        /// Where the file stands after it.
        var position: Int64 = 0
        var line: Int64 = 0
        var fingerprint: String?
    }

    private struct Undone: Error { let results: [UsageResult] }

    func run(_ file: ImportedFile, _ tally: inout ImportTally) async throws {
        let known = try await marks(of: file)
        var standing = known?.standing
        // What a killed run has counted belongs to this one; a file that was done has only grown.
        if let before = standing, before.finishedAt == nil {
            tally.add(accepted: before.accepted, duplicates: before.duplicate, rejected: before.rejected)
        }
        let reader = try file.events(from: known?.mark, names, source: source)
        if let known { try tellOfResuming(file, after: known.standing, at: known.mark, reader) }
        var progress = ImportProgress(file, on: desk.terminal, from: known?.mark.position ?? 0)
        defer { progress.finish() }
        while true {
            let batch = try read(reader)
            if !batch.lines.isEmpty || standing.map({ $0.finishedAt == nil }) == true {
                let (results, next) = try await write(batch, of: file, after: standing)
                standing = next
                for (line, result) in zip(batch.lines, results) {
                    tally.count(result, line: line.number, of: file.name)
                }
            }
            guard !batch.isLast else { return }
            progress.update(lines: Int64(batch.lines.count), position: batch.position)
        }
    }

    private func tellOfResuming(
        _ file: ImportedFile, after before: UsageImport, at mark: FileMark, _ reader: any EventReader
    ) throws {
        let isDone = try before.finishedAt != nil && reader.bytes.lineEnd() == .nothingLeft
        desk.terminal.remark(
            "\(file.name): "
                + (isDone ? "nothing new: this file was imported to its end" : "goes on at line \(mark.line + 1)"))
    }

    private func read(_ reader: any EventReader) throws -> Batch {
        var batch = Batch()
        var size = 0
        while batch.lines.count < Metering.batchLimit, size < Self.batchBytes {
            guard let line = try reader.next() else {
                batch.isLast = true
                break
            }
            size += line.text.count
            batch.lines.append(line)
        }
        (batch.position, batch.line) = (reader.bytes.position, reader.bytes.wholeLines)
        if remembers { batch.fingerprint = reader.bytes.fingerprint }
        return batch
    }

    /// The lines and where the file stands after them, in one commit.
    private func write(
        _ batch: Batch, of file: ImportedFile, after before: UsageImport?
    ) async throws -> ([UsageResult], UsageImport?) {
        let intake = UsageIntake(desk.worker)
        let items = intake.check(batch.lines.map(\.item))
        do {
            return try await desk.database.write { tx in
                let account = try merchant.find(at: desk, in: tx)
                let recorded = try intake.record(items, isImport: true, account: account, in: tx)
                let results = tried?.judge(recorded, of: items, batch.lines, in: file.name) ?? recorded
                // Before the commit, so that no reason is lost; a line may be named again after a kill.
                let rejected = zip(batch.lines, results).compactMap { line, result in result.fault.map { (line, $0) } }
                try rejects?.write(rejected, of: file.name)
                guard !isDryRun else { throw Undone(results: results) }
                guard file.size != nil, let fingerprint = batch.fingerprint else { return (results, nil) }
                let now = desk.worker.context.now
                let running = before.flatMap { $0.finishedAt == nil ? $0 : nil }
                func count(_ status: UsageResult.Status) -> Int64 { Int64(results.count { $0.status == status }) }
                let next = UsageImport(
                    account: account.id, fingerprint: fingerprint, name: file.name, position: batch.position,
                    line: batch.line, accepted: (running?.accepted ?? 0) + count(.accepted),
                    duplicate: (running?.duplicate ?? 0) + count(.duplicate),
                    rejected: (running?.rejected ?? 0) + count(.rejected), startedAt: running?.startedAt ?? now,
                    updatedAt: now, finishedAt: batch.isLast ? now : nil)
                try desk.worker.usageImports.move(next, from: before?.fingerprint, in: tx)
                return (results, next)
            }
        } catch let undone as Undone {
            return (undone.results, before)
        }
    }

    /// Where the file goes on; nil at its beginning.
    private func marks(of file: ImportedFile) async throws -> (standing: UsageImport, mark: FileMark)? {
        guard remembers, let size = file.size else { return nil }
        let candidates = try await desk.database.read { tx in
            try desk.worker.usageImports.candidates(
                account: try merchant.find(at: desk, in: tx), size: size, in: tx)
        }
        let marks = try file.marks(among: candidates)
        guard restarts else { return marks.last }
        guard !isDryRun else { return nil }
        let forgotten = marks.map(\.standing)
        try await desk.database.write { tx in try desk.worker.usageImports.forget(forgotten, in: tx) }
        return nil
    }
}
