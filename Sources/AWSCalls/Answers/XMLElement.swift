#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// An element of an XML document, with the texts and elements in it.
///
/// It reads what services of this kind answer: elements, text, character references. Foundation's parser ends the program on some
/// documents that are none, so foreign answers don't get that far.
package struct XMLElement: Sendable {
    /// Its name, without prefix.
    package let name: String
    /// Its own text.
    package fileprivate(set) var text = ""
    /// What is in it, in the order of the document.
    package fileprivate(set) var children: [XMLElement] = []

    fileprivate init(named name: String) { self.name = name }

    /// The root of a document; nil for what is none.
    package init?(_ data: Data) {
        var reader = XMLReader(bytes: Array(data))
        guard let root = reader.root() else { return nil }
        self = root
    }

    /// The first element at a path of names, such as `Error/Code`.
    package func first(_ path: String) -> XMLElement? {
        path.split(separator: "/").reduce(Optional(self)) { element, name in
            element?.children.first { $0.name == name }
        }
    }

    /// The text of the first element at a path; nil when there is none.
    package subscript(path: String) -> String? { first(path)?.text }

    /// The entries of a list: the elements called `member` in the first element at a path.
    package func members(_ path: String) -> [XMLElement] {
        first(path)?.children.filter { $0.name == "member" } ?? []
    }
}

/// Goes through a document once.
private struct XMLReader {
    private let bytes: [UInt8]
    private var place = 0
    /// The elements that are open, and the text that each has so far.
    private var open: [(element: XMLElement, text: [UInt8])] = []
    private var finished: XMLElement?
    private var count = 0

    private static let deepest = 20
    private static let most = 100_000

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The root; nil unless it was a whole document.
    mutating func root() -> XMLElement? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<") {
                guard readMarkup() else { return nil }
            } else {
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                guard add(bytes[place..<end], hasReferences: true) else { return nil }
                place = end
            }
        }
        return open.isEmpty ? finished : nil
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
        return begin(isEmpty ? tag.dropLast() : tag) && (!isEmpty || close(tag.dropLast()))
    }

    private mutating func begin(_ tag: ArraySlice<UInt8>) -> Bool {
        let name = Self.name(tag)
        guard !name.isEmpty, open.count < Self.deepest, count < Self.most, finished == nil else { return false }
        count += 1
        open.append((XMLElement(named: String(decoding: name, as: UTF8.self)), []))
        return true
    }

    private mutating func close(_ tag: ArraySlice<UInt8>) -> Bool {
        guard let last = open.popLast(), last.element.name.utf8.elementsEqual(Self.name(tag)) else { return false }
        var element = last.element
        element.text = String(decoding: last.text, as: UTF8.self)
        if open.isEmpty { finished = element } else { open[open.count - 1].element.children.append(element) }
        return true
    }

    /// The name of an element, without prefix and attributes.
    private static func name(_ tag: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let whole = tag.prefix { !isSpace($0) }
        return whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last ?? []
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
        guard !open.isEmpty else { return text.allSatisfy(Self.isSpace) }
        let current = open.count - 1
        var rest = text
        while let mark = hasReferences ? rest.firstIndex(of: UInt8(ascii: "&")) : nil {
            open[current].text += rest[..<mark]
            rest = rest[(mark + 1)...]
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let character = Self.character(String(decoding: rest[..<end], as: UTF8.self))
            else { return false }
            open[current].text += Array(String(character).utf8)
            rest = rest[(end + 1)...]
        }
        open[current].text += rest
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
