/// Empty files whose names carry a value: that of the highest counter holds (c1z-v3 §3).
struct Markers {
    private var values: [String: (counter: UInt64, value: String)] = [:]

    init(among names: some Sequence<String>) throws(Flaw) {
        for name in names where name.hasPrefix("marker.") {
            let parts = name.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let counter = UInt64(parts[2]) else {
                throw Flaw(.corrupt, "its file \(name) is named as no marker is")
            }
            let known = values[String(parts[1])]
            if known.map({ $0.counter < counter }) ?? true { values[String(parts[1])] = (counter, String(parts[3])) }
        }
    }

    /// The value of a marker; nil when there is none of that name.
    subscript(name: String) -> String? { values[name]?.value }
}
