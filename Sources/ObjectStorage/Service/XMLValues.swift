#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The texts in a small XML document, by the names of the elements they are in.
///
/// It reads what services of this kind answer: elements, text, character references. Foundation's parser ends the program on some
/// documents that are none, so foreign answers don't get that far.
struct XMLValues {
    /// Each text with the path to it, the root and prefixes left out, in the order of the document.
    private(set) var all: [(path: String, text: String)] = []
    /// The name of the root.
    private(set) var root = ""

    /// What is no XML has no values; whoever needs one says that it is missing.
    init(_ data: Data) {
        var reader = Reader(bytes: Array(data))
        guard reader.read() else { return }
        all = reader.found.map { ($0.path, String(decoding: $0.text, as: UTF8.self)) }
        root = reader.root
    }

    /// The first text whose path ends so.
    subscript(path: String) -> String? {
        all.first { $0.path == path || $0.path.hasSuffix("/\(path)") }?.text
    }

    /// Groups of texts: for each element of a name, what is in it.
    func groups(_ name: String) -> [[String: String]] {
        var groups: [[String: String]] = []
        for (path, text) in all where path == name || path.hasPrefix("\(name)/") {
            let rest = String(path.dropFirst(name.count + 1))
            if rest.isEmpty { groups.append([:]) } else if !groups.isEmpty { groups[groups.count - 1][rest] = text }
        }
        return groups
    }
}

/// Goes through a document once.
private struct Reader {
    let bytes: [UInt8]
    private(set) var found: [(path: String, text: [UInt8])] = []
    private(set) var root = ""
    private var place = 0
    private var names: [[UInt8]] = []
    /// Where among the found ones each open element is.
    private var places: [Int] = []

    private static let deepest = 20
    private static let most = 20_000

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether it was a whole document.
    mutating func read() -> Bool {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<") {
                guard readMarkup() else { return false }
            } else {
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                guard add(bytes[place..<end], hasReferences: true) else { return false }
                place = end
            }
        }
        return names.isEmpty && !root.isEmpty
    }

    private mutating func readMarkup() -> Bool {
        if skip("<?", to: "?>") || skip("<!--", to: "-->") { return true }
        if starts(with: "<![CDATA[") {
            let begin = place + 9
            guard skip("<![CDATA[", to: "]]>") else { return false }
            return add(bytes[begin..<(place - 3)], hasReferences: false)
        }
        // What declares types of documents declares entities too, which no answer has.
        guard !starts(with: "<!"), let end = endOfTag() else { return false }
        let tag = bytes[(place + 1)..<end]
        place = end + 1
        if tag.first == UInt8(ascii: "/") { return close(tag.dropFirst()) }
        let isEmpty = tag.last == UInt8(ascii: "/")
        return open(isEmpty ? tag.dropLast() : tag) && (!isEmpty || close(tag.dropLast()))
    }

    private mutating func open(_ tag: ArraySlice<UInt8>) -> Bool {
        let name = Self.name(tag)
        guard !name.isEmpty, names.count < Self.deepest, found.count < Self.most, !names.isEmpty || root.isEmpty else {
            return false
        }
        names.append(name)
        if names.count == 1 { root = String(decoding: name, as: UTF8.self) }
        places.append(found.count)
        let path = names.dropFirst().map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
        found.append((path, []))
        return true
    }

    private mutating func close(_ tag: ArraySlice<UInt8>) -> Bool {
        guard names.popLast() == Self.name(tag) else { return false }
        places.removeLast()
        return true
    }

    /// The name of an element, without prefix and attributes.
    private static func name(_ tag: ArraySlice<UInt8>) -> [UInt8] {
        let whole = tag.prefix { !isSpace($0) }
        return Array(whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last ?? [])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The end of the tag that begins here; attributes may hold what ends others.
    private func endOfTag() -> Int? {
        var quote: UInt8?
        for position in (place + 1)..<bytes.count {
            let byte = bytes[position]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return position
            }
        }
        return nil
    }

    private mutating func add(_ text: ArraySlice<UInt8>, hasReferences: Bool) -> Bool {
        guard let current = places.last else { return text.allSatisfy(Self.isSpace) }
        var rest = text
        while let byte = rest.popFirst() {
            guard hasReferences, byte == UInt8(ascii: "&") else {
                found[current].text.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let character = Self.character(String(decoding: rest[..<end], as: UTF8.self))
            else { return false }
            found[current].text += Array(String(character).utf8)
            rest = rest[(end + 1)...]
        }
        return true
    }

    private static func character(_ name: String) -> Character? {
        let known: [String: Character] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let character = known[name] { return character }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(UnicodeScalar.init).map(Character.init)
    }

    private func starts(with text: StaticString) -> Bool {
        bytes[place...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Passes over what begins and ends so; false when it doesn't.
    private mutating func skip(_ begin: StaticString, to end: StaticString) -> Bool {
        guard starts(with: begin) else { return false }
        let pattern = Array(UnsafeBufferPointer(start: end.utf8Start, count: end.utf8CodeUnitCount))
        guard let found = bytes[(place + begin.utf8CodeUnitCount)...].firstRange(of: pattern) else { return false }
        place = found.upperBound
        return true
    }
}
