import Server

extension Desk {
    /// Shows one thing: its HTTP shape where JSON was asked for, and `text` otherwise.
    func show(_ shape: @autoclosure () throws -> JSON, _ text: () throws -> String) throws {
        terminal.say(terminal.json ? try shape().text : try text())
    }

    /// Shows a list that is never long, whole.
    func list<Item>(
        _ items: [Item], shape: (Item) throws -> JSON, columns: [Table.Column], empty: String,
        cells: (Item) throws -> [Table.Cell]
    ) throws {
        if terminal.json {
            return terminal.say(
                JSON.object([("data", .array(try items.map(shape))), ("has_more", .bool(false))]).text)
        }
        guard !items.isEmpty else { return terminal.say(empty) }
        var table = Table(columns)
        for item in items { table.add(try cells(item)) }
        terminal.say(table.text(on: terminal))
    }

    /// Shows a page of a list: what the HTTP API answers, or a table that says how to go on.
    /// - Parameters:
    ///   - fetched: up to one more than the page holds, which tells whether there is another page.
    ///   - empty: what to say, and what to do, when there is nothing.
    ///   - id: what a page can begin after, where it is not what the first column shows.
    func list<Item>(
        _ fetched: [Item], _ page: PageOptions, shape: (Item) throws -> JSON, columns: [Table.Column], empty: String,
        id: ((Item) -> String)? = nil, cells: (Item) throws -> [Table.Cell]
    ) throws {
        let items = fetched.prefix(page.limit)
        let hasMore = fetched.count > page.limit
        if terminal.json {
            return terminal.say(
                JSON.object([("data", .array(try items.map(shape))), ("has_more", .bool(hasMore))]).text)
        }
        guard !items.isEmpty else {
            return terminal.say(page.after == nil ? empty : "Nothing comes after \(page.after ?? "").")
        }
        var table = Table(columns)
        for item in items { table.add(try cells(item)) }
        terminal.say(table.text(on: terminal))
        if hasMore, let last = items.last.flatMap({ id?($0) }) ?? table.rows.last?.first?.text {
            terminal.remark(terminal.style("There are more: add --after \(last)", .dim))
        }
    }
}
