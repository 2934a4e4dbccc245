/// The attributes of one tag.
struct XMLAttributes {
    /// Names and values, one after the other.
    var bytes: [UInt8] = []

    private var ends: [(name: Int, value: Int)] = []
    private var nameEnd = 0

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Says that the bytes so far are a name.
    mutating func endName() {
        nameEnd = bytes.count
    }

    /// Says that the bytes after the name are its value.
    mutating func endValue() {
        ends.append((nameEnd, bytes.count))
    }

    func value(of name: StaticString) -> ArraySlice<UInt8>? {
        var start = 0
        for (nameEnd, valueEnd) in ends {
            if nameEnd - start == name.utf8CodeUnitCount, bytes[start..<nameEnd].elementsEqual(name.bytes) {
                return bytes[nameEnd..<valueEnd]
            }
            start = valueEnd
        }
        return nil
    }

    func value(endingWith name: StaticString) -> ArraySlice<UInt8>? {
        var start = 0
        for (nameEnd, valueEnd) in ends {
            if bytes[start..<nameEnd].suffix(name.utf8CodeUnitCount).elementsEqual(name.bytes) {
                return bytes[nameEnd..<valueEnd]
            }
            start = valueEnd
        }
        return nil
    }
}

/// The names of the elements that are open.
struct XMLNames {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []

    var count: Int { starts.count }
    var isEmpty: Bool { starts.isEmpty }

    mutating func append(_ name: [UInt8]) {
        starts.append(bytes.count)
        bytes.append(contentsOf: name)
    }

    mutating func removeLast() {
        guard let start = starts.popLast() else { return }
        bytes.removeLast(bytes.count - start)
    }

    /// Whether the innermost element has this name.
    func endsWith(_ name: [UInt8]) -> Bool {
        guard let start = starts.last else { return false }
        return bytes[start...].elementsEqual(name)
    }
}
