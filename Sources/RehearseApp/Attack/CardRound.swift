import Foundation
import Rehearsal

/// Types card numbers into whatever takes a text.
struct CardRound {
    let castle: Castle
    let routes: [RouteLine]
    let merchant: Settler
    let seed: UInt64

    func play(into report: inout AttackReport) async throws {
        let caller = castle.caller()
        var broken: [String] = []
        let newcomer = try newcomer(caller)
        try playInOrder(caller, newcomer, &broken, into: &report)
        var traps = CardTraps(merchant.holdings, seed: seed)
        var newcomersTraps = CardTraps(newcomer, seed: seed)
        var played = 0
        for route in routes {
            for trap in isForNewcomers(route) ? newcomersTraps.traps(of: route) : traps.traps(of: route) {
                played += 1
                let answer = try play(trap, caller)
                guard let answer else {
                    broken.append("\(trap.route.name) with a card in \(trap.place) was not answered")
                    continue
                }
                if answer.status >= 500 && answer.status != 504 {
                    broken.append("\(trap.route.name) with a card in \(trap.place) was answered \(answer.status)")
                }
                if isKept(trap, answer) {
                    broken.append("\(trap.route.name) took a card in \(trap.place): \(trap.body.prefix(300))")
                }
            }
        }
        report.add("card numbers typed into texts, names, paths, queries, headers", played)
        report.expectNone("  taken, 5xx or unanswered", broken)
    }

    /// Without a card the same bodies are taken: else nothing would be shown by what is refused.
    private func playInOrder(
        _ caller: Caller, _ newcomer: Holdings, _ broken: inout [String], into report: inout AttackReport
    ) throws {
        var taken = 0
        let jsonRoutes = routes.filter { $0.method == "POST" && $0.takesJSON && !$0.endsThings }
        for (number, route) in jsonRoutes.enumerated() {
            let holdings = isForNewcomers(route) ? newcomer : merchant.holdings
            guard let path = holdings.path(of: route) else { continue }
            let body = FullBodies.filled(route, with: holdings, number: 1_000_000 + number)
            let answer = try caller.call("POST", path, body, key: key(for: route))
            let status = answer?.status ?? 0
            let isTaken = (200..<300).contains(status) && answer?.text.contains(#""rejected":1"#) == false
            if isTaken { taken += 1 }
            if !isTaken && !FullBodies.refusedInOrder.contains(route.name) {
                broken.append("\(route.name) without a card is not taken: \(status) \(answer?.text.prefix(300) ?? "")")
            }
        }
        report.add("JSON bodies taken when there is no card in them", "\(taken) of \(jsonRoutes.count)")
    }

    private func play(_ trap: CardTraps.Trap, _ caller: Caller) throws -> RawAnswer? {
        let isPost = trap.route.method == "POST"
        return try caller.call(
            trap.route.method, trap.target, isPost ? trap.body : nil, key: key(for: trap.route), headers: trap.headers)
    }

    /// In the body a card is refused; around it, it is not looked at, and the scan says whether it was kept.
    private func isKept(_ trap: CardTraps.Trap, _ answer: RawAnswer) -> Bool {
        guard trap.isInBody, (200..<300).contains(answer.status) else { return false }
        return !answer.text.contains(#""rejected":1"#)
    }

    private func key(for route: RouteLine) -> String {
        route.opener == .platform || isForNewcomers(route) ? Castle.platformKey : merchant.key
    }

    /// Only who is not connected yet is given a link to Stripe.
    private func isForNewcomers(_ route: RouteLine) -> Bool { route.path.hasSuffix("_links") }

    /// A merchant's account before it is connected.
    private func newcomer(_ caller: Caller) throws -> Holdings {
        let terms = #"{"name": "Eve", "currency": "usd", "country": "US", "stripe": "connect"}"#
        let made = try caller.call("POST", "/v1/accounts", terms, key: Castle.platformKey)
        guard let id = made?.string("id") else { throw AttackTrouble("no account was made: \(made?.text ?? "")") }
        return Holdings(things: ["accounts": id], keyID: "")
    }
}
