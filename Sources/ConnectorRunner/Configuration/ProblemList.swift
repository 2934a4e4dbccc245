import Yams

/// Walks through the YAML of one file and collects all that is wrong with it, so that it is told at once.
struct ProblemList {
    let file: String
    private(set) var problems: [ConfigurationProblem] = []

    init(of file: String) {
        self.file = file
    }

    /// By line, and those of other files at the end.
    var inOrder: [ConfigurationProblem] {
        let own = problems.filter { $0.file == file }
        let order = own.indices.sorted { (own[$0].line ?? 0, $0) < (own[$1].line ?? 0, $1) }
        return order.map { own[$0] } + problems.filter { $0.file != file }
    }

    mutating func add(_ text: String, at node: Node?) {
        problems.append(ConfigurationProblem(file: file, line: node?.mark?.line, text: text))
    }

    mutating func add(_ problem: ConfigurationProblem) {
        problems.append(problem)
    }

    /// The entries of a map in which only `known` keys may stand, by key.
    ///
    /// - Parameter place: what the map is, for the person.
    mutating func entries(of node: Node, _ place: String, known: [String]) -> [String: Node] {
        guard case .mapping(let pairs) = node else {
            add(
                "\(place): has to be a map with the keys \(known.joined(separator: ", ")). Write one key a line.",
                at: node)
            return [:]
        }
        var found: [String: Node] = [:]
        for (key, value) in pairs {
            guard let name = key.scalar?.string, known.contains(name) else {
                let shown = key.scalar.map { " \"\($0.string)\"" } ?? " of this kind"
                add("\(place): there is no key\(shown). It can have: \(known.joined(separator: ", ")).", at: key)
                continue
            }
            found[name] = value
        }
        return found
    }

    /// The pairs of a map from names to anything.
    mutating func pairs(of node: Node, _ place: String) -> [(name: String, key: Node, value: Node)] {
        guard case .mapping(let pairs) = node else {
            if node.null == nil { add("\(place): has to be a map. Write one `NAME: value` a line.", at: node) }
            return []
        }
        return pairs.compactMap { key, value in
            guard let name = key.scalar?.string, !name.isEmpty else {
                add("\(place): a name is missing here. Write `NAME: value`.", at: key)
                return nil
            }
            return (name, key, value)
        }
    }

    /// A value as it is written: `true` and `007` stay what they are.
    mutating func text(_ node: Node, _ place: String) -> String? {
        guard case .scalar(let scalar) = node else {
            add("\(place): has to be one value, not a list or a map. Write it on one line.", at: node)
            return nil
        }
        guard node.null == nil else {
            add("\(place): has no value. Give it one, or write \"\" for an empty one.", at: node)
            return nil
        }
        guard !scalar.string.utf8.contains(0) else {
            add("\(place): contains a zero byte, which no variable can hold. Remove it.", at: node)
            return nil
        }
        return scalar.string
    }

    /// Text that may not be empty.
    mutating func word(_ node: Node?, _ key: String, of place: String, at owner: Node) -> String? {
        guard let node else {
            add("\(place): `\(key)` is missing. Add it.", at: owner)
            return nil
        }
        guard let text = text(node, "\(place): \(key)") else { return nil }
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            add("\(place): `\(key)` is empty or contains control characters. Correct it.", at: node)
            return nil
        }
        return text
    }
}
