/// Guesses what was meant by a mistyped word.
enum Suggestion {
    /// The word nearest to `word`, or nil when none is near.
    static func closest(to word: String, among names: [String]) -> String? {
        let typed = Array(word.utf8.prefix(64))
        guard typed.count > 1 else { return nil }
        let scored = names.map { name in (name: name, distance: distance(typed, Array(name.utf8))) }
        let best = scored.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        if let best, best.distance <= min(2, typed.count / 2) { return best.name }
        return typed.count > 2 ? names.filter { $0.hasPrefix(word) }.min { $0.utf8.count < $1.utf8.count } : nil
    }

    /// How many letters have to be changed, added or dropped.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let cost = letter == right[column] ? diagonal : diagonal + 1
                diagonal = row[column + 1]
                row[column + 1] = min(cost, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
