/// The known name that `name` was probably meant to be.
/// - Returns: `nil` when nothing is near: more than a third of the characters would have to change.
func nearestName(to name: String, among known: [String]) -> String? {
    let typed = Array(name.uppercased())
    let ranked = known.map { (name: $0, distance: editDistance(typed, Array($0.uppercased()))) }
    guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance * 3 <= max(typed.count, best.name.count) ? best.name : nil
}

/// Levenshtein's distance: insertions, deletions and replacements that lead from `left` to `right`.
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            current.append(
                min(previous[column] + (character == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
