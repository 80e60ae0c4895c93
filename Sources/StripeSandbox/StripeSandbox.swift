/// A stateful Stripe for Connect that needs no network, and that lies and dies on command.
///
/// It is the pure core: requests go in as values, answers and wire faults come out, and webhooks are asked for one by
/// one. The HTTP front and the delivery loop (`SandboxServer`) only carry them. A simulation drives the core directly,
/// with a clock of its own.
public actor StripeSandbox {
    var world: World
    private let clock: @Sendable () -> Int64

    /// - Parameter clock: milliseconds since 1970. What the control call `POST /_sandbox/clock` adds comes on top.
    public init(settings: SandboxSettings = SandboxSettings(), clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
        world = World(settings: settings, now: clock())
    }

    /// Answers one request: the API, OAuth, the pages and the control calls.
    public func handle(_ request: SandboxRequest) -> SandboxOutcome {
        catchUp()
        return world.answer(request)
    }

    /// The next webhook that is due, which is now on its way: the caller sends it, then says how it went by
    /// `delivered`.
    public func nextDelivery() -> WebhookDelivery? {
        catchUp()
        return world.nextDelivery()
    }

    /// How a delivery ended.
    /// - Parameter status: the HTTP status of the answer, or nil where none came in time.
    public func delivered(_ id: String, status: Int?) {
        catchUp()
        world.delivered(id, status: status)
    }

    /// When the sandbox has something to do by itself, in milliseconds since 1970 of its own time: a webhook, a
    /// settlement, an expiry.
    public func nextDue() -> Int64? {
        [world.deliveries.nextDue, world.schedule.nextDue].compactMap { $0 }.min()
    }

    /// The sandbox's own time, in milliseconds since 1970.
    public func now() -> Int64 {
        catchUp()
        return world.now
    }

    /// Where the pages are reached, once the front knows its port.
    public func announce(baseURL: String) { world.settings.baseURL = baseURL }

    private func catchUp() { world.advance(to: clock() + world.faults.clockOffset) }
}
