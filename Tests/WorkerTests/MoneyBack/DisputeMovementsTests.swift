import Billing
import Stripe
import Testing

@testable import Worker

@Suite struct DisputeMovementsTests {
    /// A dispute of 100.00 EUR on an account that settles in USD, with these lines.
    private func told(_ lines: [Int64], _ status: String, currency: String = "usd", rate: String = "null") throws
        -> Stripe.Dispute
    {
        let listed = lines.enumerated().map { place, amount in
            """
            {"id": "txn_\(place)", "object": "balance_transaction", "amount": \(amount), "fee": 0, "net": \(amount), \
            "currency": "\(currency)", "exchange_rate": \(rate), "type": "adjustment", \
            "created": \(1_000 + place), "fee_details": []}
            """
        }
        let body = """
            {"id": "du_1", "object": "dispute", "amount": 10000, "currency": "eur", "status": "\(status)", \
            "balance_transactions": [\(listed.joined(separator: ", "))]}
            """
        return try RawAnswer(status: 200, headers: [:], body: Array(body.utf8)).decoded(as: Stripe.Dispute.self)
    }

    /// What is found out of all that was told, one after the other.
    private func amounts(_ news: [Stripe.Dispute]) throws -> [Int64] {
        var (known, withdrawn): ([String: Int64], Int64) = ([:], 0)
        for told in news {
            for movement in DisputeMovements(told, withdrawn: withdrawn, known: known).news {
                known[movement.line.id] = movement.amount
                withdrawn += movement.amount
                #expect((0...10_000).contains(withdrawn))
            }
        }
        return known.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test(arguments: Seeds.upTo(200))
    func `at any rates, and however much of it is told at once, whole amounts go and come`(seed: UInt64) throws {
        var generator = Seeded(seed)
        let count = generator.number(1..<7)
        let lines: [Int64] = (0..<count).map { generator.number(7_000...15_000) * ($0.isMultiple(of: 2) ? -1 : 1) }
        var news: [Stripe.Dispute] = []
        for end in 1...count where end == count || generator.happens(oneIn: 2) {
            let status = end.isMultiple(of: 2) ? "won" : ["lost", "under_review"][generator.number(0..<2)]
            news.append(try told(Array(lines.prefix(end)), status))
        }
        let whole = (0..<count).map { Int64($0.isMultiple(of: 2) ? 10_000 : -10_000) }
        #expect(try amounts(news) == whole, "seed \(seed): \(lines)")
    }

    @Test func `what comes back of a dispute that is lost is its share, and never more than was taken`() throws {
        #expect(try amounts([told([-10_800, 2_700], "lost")]) == [10_000, -2_500])
        #expect(try amounts([told([-10_800, 11_100], "lost")]) == [10_000, -10_000])
        #expect(
            try amounts([told([-10_800, 2_700], "lost"), told([-10_800, 2_700, 8_000], "won")])
                == [10_000, -2_500, -7_500])
    }

    @Test func `where Stripe tells the rate, what comes back is counted by it`() throws {
        #expect(try amounts([told([-10_800, 2_625], "lost", rate: "1.05")]) == [10_000, -2_500])
        #expect(try amounts([told([-10_800, 10_500], "under_review", rate: "1.05")]) == [10_000, -10_000])
        #expect(try amounts([told([-10_800, 10_499], "lost", rate: "1.05")]) == [10_000, -10_000])
        #expect(try amounts([told([-10_800, 10_498], "lost", rate: "1.05")]) == [10_000, -9_998])
    }

    @Test func `what comes back of nothing that was taken is left for a person in a currency of its own`() throws {
        #expect(try amounts([told([11_100], "won")]) == [])
        #expect(try amounts([told([11_100], "lost")]) == [])
    }

    @Test func `in the payment's own currency a line says what it moves`() throws {
        let lines: [Int64] = [-10_000, 9_000, -400]
        let movements = DisputeMovements(try told(lines, "lost", currency: "eur"), withdrawn: 0, known: [:]).news
        #expect(movements.map(\.amount) == [10_000, -9_000, 400])
    }
}
