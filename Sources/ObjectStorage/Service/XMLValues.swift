import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The texts in a small XML document, by the names of the elements they are in; external entities are never followed.
struct XMLValues {
    /// Each text with the path to it, the root and namespaces left out, in the order of the document.
    private(set) var all: [(path: String, text: String)] = []
    /// The name of the root.
    private(set) var root = ""

    init(_ data: Data) {
        guard !data.isEmpty else { return }
        let collector = Collector()
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = collector
        // What is no XML has no values; whoever needs one says that it is missing.
        guard parser.parse() else { return }
        all = collector.found
        root = collector.root
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

    private final class Collector: NSObject, XMLParserDelegate {
        var found: [(path: String, text: String)] = []
        var root = ""
        private var names: [String] = []
        /// Where among the found ones each open element is.
        private var places: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            guard names.count < 20, found.count < 20_000 else { return parser.abortParsing() }
            names.append(name)
            if names.count == 1 { root = name }
            places.append(found.count)
            found.append((names.dropFirst().joined(separator: "/"), ""))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            guard let place = places.last else { return }
            found[place].text += text
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            names.removeLast()
            places.removeLast()
        }
    }
}
