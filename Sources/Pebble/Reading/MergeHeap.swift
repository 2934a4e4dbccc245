/// Sources that are read side by side, the one with the next entry first.
@frozen
public struct MergeHeap<Source> {
    @usableFromInline var sources: [Source] = []
    @usableFromInline let precedes: (Source, Source) -> Bool

    /// No sources; `precedes` says whether the entry of one comes before that of another.
    @inlinable
    public init(_ precedes: @escaping (Source, Source) -> Bool) {
        self.precedes = precedes
    }

    /// The source with the next entry; nil when all came to their end.
    @inlinable
    public var top: Source? { sources.first }

    /// Adds a source that stands at an entry.
    @inlinable
    public mutating func add(_ source: Source) {
        sources.append(source)
        var place = sources.count - 1
        while place > 0, precedes(sources[place], sources[(place - 1) / 2]) {
            sources.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Finds the new top after the present one went to its next entry, or, when it `hasEnded`, goes without it.
    @inlinable
    public mutating func settle(hasEnded: Bool) {
        if hasEnded {
            let last = sources.removeLast()
            guard !sources.isEmpty else { return }
            sources[0] = last
        }
        var place = 0
        while true {
            var least = 2 * place + 1
            guard least < sources.count else { return }
            if least + 1 < sources.count, precedes(sources[least + 1], sources[least]) { least += 1 }
            guard precedes(sources[least], sources[place]) else { return }
            sources.swapAt(place, least)
            place = least
        }
    }
}
