#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The texts in a small XML document, by the names of the elements they are in.
package struct XMLValues {
    /// Each text with the path to it, the root and prefixes left out, in the order of the document.
    package private(set) var all: [(path: String, text: String)] = []
    /// The name of the root.
    package private(set) var root = ""

    /// What is no XML has no values; whoever needs one says that it is missing.
    package init(_ data: Data) {
        guard let document = XMLElement(data) else { return }
        root = document.name
        add(document, at: "")
    }

    private mutating func add(_ element: XMLElement, at path: String) {
        all.append((path, element.text))
        for child in element.children { add(child, at: path.isEmpty ? child.name : "\(path)/\(child.name)") }
    }

    /// The first text whose path ends so.
    package subscript(path: String) -> String? {
        all.first { $0.path == path || $0.path.hasSuffix("/\(path)") }?.text
    }

    /// Groups of texts: for each element of a name, what is in it.
    package func groups(_ name: String) -> [[String: String]] {
        var groups: [[String: String]] = []
        for (path, text) in all where path == name || path.hasPrefix("\(name)/") {
            let rest = String(path.dropFirst(name.count + 1))
            if rest.isEmpty { groups.append([:]) } else if !groups.isEmpty { groups[groups.count - 1][rest] = text }
        }
        return groups
    }
}
