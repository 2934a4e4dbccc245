/// Shell patterns with `*`, `?` and `[…]`, matched without ever taking long.
struct Wildcard {
    private enum Element {
        case any
        case many
        case byte(UInt8)
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .any, .many: true
            case .byte(let own): own == byte
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private var elements: [Element] = []

    /// Whether `text` means more than itself.
    static func isPattern(_ text: [UInt8]) -> Bool {
        text.contains { "\\?*[]".utf8.contains($0) }
    }

    init(_ pattern: [UInt8]) {
        var rest = pattern[...]
        while let byte = rest.popFirst() {
            switch byte {
            case .init(ascii: "*"): elements.append(.many)
            case .init(ascii: "?"): elements.append(.any)
            case .backslash: elements.append(.byte(rest.popFirst() ?? byte))
            case .init(ascii: "["): elements.append(Self.set(&rest) ?? .byte(byte))
            default: elements.append(.byte(byte))
            }
        }
    }

    /// What stands behind `[`, or nil when it has no end.
    private static func set(_ text: inout ArraySlice<UInt8>) -> Element? {
        var rest = text
        var isNegated = false
        if let first = rest.first, first == .init(ascii: "!") || first == .init(ascii: "^") {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<UInt8>] = []
        while var low = rest.popFirst() {
            if low == .init(ascii: "]"), !ranges.isEmpty {
                text = rest
                return .set(ranges, isNegated: isNegated)
            }
            // A class such as [:digit:] is taken for any byte: better too much than too little.
            if low == .init(ascii: "["), rest.first == .init(ascii: ":") {
                guard let end = rest.firstIndex(of: .init(ascii: "]")) else { return nil }
                rest = rest[(end + 1)...]
                ranges.append(0...255)
                continue
            }
            if low == .backslash { low = rest.popFirst() ?? low }
            var high = low
            if rest.first == .init(ascii: "-"), let end = rest.dropFirst().first, end != .init(ascii: "]") {
                high = end
                rest = rest.dropFirst(2)
            }
            ranges.append(low <= high ? low...high : low...low)
        }
        return nil
    }

    /// Only the last `*` is ever tried again, so the time is the product of both lengths.
    func matches(_ text: [UInt8]) -> Bool {
        var element = 0
        var index = 0
        var retry: (element: Int, index: Int)?
        while index < text.count {
            if element < elements.count, case .many = elements[element] {
                retry = (element, index)
                element += 1
            } else if element < elements.count, elements[element].matches(text[index]) {
                element += 1
                index += 1
            } else if let last = retry {
                retry = (last.element, last.index + 1)
                element = last.element + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy { if case .many = $0 { true } else { false } }
    }
}
