/// An object that is kept by its id and listed by when it came.
protocol Shelved: Sendable {
    var id: String { get }
    /// Seconds since 1970.
    var created: Int64 { get }
}

/// The objects of one kind in the order in which they were made.
struct Shelf<Item: Shelved>: Sendable {
    private var items: [Item?] = []
    private var places: [String: Int] = [:]

    mutating func add(_ item: Item) {
        places[item.id] = items.count
        items.append(item)
    }

    /// Changing or removing what is there; an unknown id reads as nil and is not made by writing.
    subscript(id: String) -> Item? {
        get { places[id].flatMap { items[$0] } }
        _modify {
            guard let place = places[id] else {
                var nothing: Item?
                yield &nothing
                return
            }
            yield &items[place]
        }
    }

    func place(of id: String) -> Int? { self[id] == nil ? nil : places[id] }

    /// The items before a place (or all), latest first.
    func newestFirst(before place: Int? = nil) -> some Sequence<Item> {
        items[..<(place ?? items.count)].lazy.reversed().compactMap { $0 }
    }

    /// The items after a place, earliest first.
    func oldestFirst(after place: Int = -1) -> some Sequence<Item> {
        items[(place + 1)...].lazy.compactMap { $0 }
    }
}
