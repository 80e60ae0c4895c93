import Worker

/// One seed's year, as it is run, told and shrunk.
public struct Year: Sendable {
    public let options: SimulationOptions
    public let acts: [Act]

    /// - Parameters:
    ///   - count: how many acts; some 320 make a year.
    ///   - only: the numbers of the acts that are played; nil for all.
    public init(_ options: SimulationOptions, count: Int, only: Set<Int>? = nil) {
        self.options = options
        acts = Deck(families: options.families).acts(seed: options.seed, count: count).filter {
            only?.contains($0.number) ?? true
        }
    }

    private init(_ options: SimulationOptions, acts: [Act]) {
        self.options = options
        self.acts = acts
    }

    public struct Outcome: Sendable {
        public let breach: Breach?
        public let figures: SimulationFigures
        public let trace: Trace
        /// The books as hledger journals, when they were asked for.
        public let journals: [String]
    }

    public func run() async -> Outcome {
        do {
            let simulation = try await Simulation(options)
            return await simulation.outcome(of: acts)
        } catch {
            return Outcome(
                breach: Breach(error), figures: SimulationFigures(), trace: Trace(isKept: false), journals: [])
        }
    }

    /// The fewest acts that still break the same promise: delta debugging, by halves, quarters and so on down to single
    /// acts.
    /// - Parameter runs: how many runs it may take.
    public func shrunk(_ rule: String, runs: Int = 400, progress: (Int) -> Void = { _ in }) async -> Year {
        var left = runs
        var acts = await prefix(rule, &left)
        progress(acts.count)
        var pieces = 2
        while acts.count > 1, left > 0 {
            let size = max(1, (acts.count + pieces - 1) / pieces)
            var isSmaller = false
            var start = 0
            while start < acts.count, left > 0 {
                let fewer = Array(acts[..<start] + acts[min(start + size, acts.count)...])
                left -= 1
                if await Year(options, acts: fewer).run().breach?.rule == rule {
                    acts = fewer
                    isSmaller = true
                    progress(acts.count)
                } else {
                    start += size
                }
            }
            if size == 1, !isSmaller { break }
            pieces = isSmaller ? max(2, pieces - 1) : min(acts.count, pieces * 2)
        }
        return Year(options, acts: acts)
    }

    /// The acts up to the one after which the promise is broken, or so; by halving.
    private func prefix(_ rule: String, _ left: inout Int) async -> [Act] {
        var (works, fails) = (0, acts.count)
        while works + 1 < fails, left > 0 {
            left -= 1
            let middle = (works + fails) / 2
            let isBroken = await Year(options, acts: Array(acts[..<middle])).run().breach?.rule == rule
            if isBroken { fails = middle } else { works = middle }
        }
        return Array(acts[..<fails])
    }

    /// What repeats exactly this: the arguments of `rehearse simulate`.
    public func command(count: Int) -> String {
        let faults = FaultFamily.allCases.filter(options.families.contains).map(\.rawValue).joined(separator: ",")
        let all = options.families.count == FaultFamily.allCases.count
        var words = "rehearse simulate --seeds 1 --seed \(options.seed) --acts \(count)"
        if !all { words += " --faults \(faults.isEmpty ? "none" : faults)" }
        if acts.count < count { words += " --only \(Self.ranges(acts.map(\.number)))" }
        return words
    }

    /// `0-3,7`.
    static func ranges(_ numbers: [Int]) -> String {
        var parts: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = parts.last, last.upperBound + 1 == number {
                parts[parts.count - 1] = last.lowerBound...number
            } else {
                parts.append(number...number)
            }
        }
        return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// The numbers that `ranges` has written.
    /// - Returns: nil where it is something else.
    public static func numbers(_ ranges: String) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in ranges.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                last < 1_000_000
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers
    }
}

extension Simulation {
    func outcome(of acts: [Act]) async -> Year.Outcome {
        var breach: Breach?
        do { try await run(acts) } catch {
            breach = Breach(error)
            trace.add("broke: \(breach?.description ?? "")")
        }
        figures.faults = house.trouble.injected
        let journals = options.exportsBooks && breach == nil ? try? await house.exportedBooks() : nil
        return Year.Outcome(breach: breach, figures: figures, trace: trace, journals: journals ?? [])
    }
}
