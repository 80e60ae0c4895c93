import Testing

@testable import StripeSandbox

@Suite struct PaginationTests {
    let stripe = SandboxClient()

    private func customers(_ count: Int) async -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            ids.append(await stripe.customer(email: "\(number)@example.com"))
            stripe.clock.advance(seconds: 1)
        }
        return ids
    }

    @Test func `a list is newest first, ten at a time`() async {
        let ids = await customers(12)
        let page = await stripe.get("/v1/customers")
        #expect(page.data.compactMap { $0["id"]?.string } == ids.reversed().prefix(10).map { $0 })
        #expect(page["has_more"] == true)
        #expect(page["url"] == "/v1/customers")
        #expect(page["object"] == "list")
    }

    @Test func `starting_after goes to older ones until there are no more`() async {
        let ids = await customers(5)
        var found: [String] = []
        var cursor: String?
        var hasMore = true
        while hasMore {
            let page = await stripe.send(
                "GET", "/v1/customers?limit=2" + (cursor.map { "&starting_after=\($0)" } ?? ""))
            found += page.data.compactMap { $0["id"]?.string }
            cursor = found.last
            hasMore = page["has_more"] == true
        }
        #expect(found == ids.reversed())
    }

    @Test func `ending_before goes to newer ones, nearest first, still newest first in the page`() async {
        let ids = await customers(5)
        let page = await stripe.get("/v1/customers", ["limit": "2", "ending_before": ids[0]])
        #expect(page.data.compactMap { $0["id"]?.string } == [ids[2], ids[1]])
        #expect(page["has_more"] == true)
    }

    @Test(arguments: ["0", "101"])
    func `a limit outside 1 to 100 is refused`(limit: String) async {
        #expect(await stripe.get("/v1/customers", ["limit": limit]).status == 400)
    }

    @Test func `an unknown cursor is refused, and so are two of them`() async {
        let id = await stripe.customer()
        let unknown = await stripe.get("/v1/customers", ["starting_after": "cus_none"])
        #expect(unknown.status == 400)
        #expect(unknown.error["code"] == "resource_missing")
        #expect(await stripe.get("/v1/customers", ["starting_after": id, "ending_before": id]).status == 400)
    }

    @Test func `created bounds a list`() async {
        let ids = await customers(4)
        let all = await stripe.get("/v1/customers").data
        let second = all[2]["created"]?.int ?? 0
        let from = await stripe.get("/v1/customers", ["created[gte]": String(second)])
        #expect(from.data.compactMap { $0["id"]?.string } == [ids[3], ids[2], ids[1]])
        let until = await stripe.get("/v1/customers", ["created[lt]": String(second)])
        #expect(until.data.compactMap { $0["id"]?.string } == [ids[0]])
        let exactly = await stripe.get("/v1/customers", ["created": String(second)])
        #expect(exactly.data.compactMap { $0["id"]?.string } == [ids[1]])
    }
}
