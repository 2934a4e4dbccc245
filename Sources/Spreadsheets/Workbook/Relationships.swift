/// What a part of a workbook points to.
struct Relationships {
    private struct Link {
        let kind: String
        let target: String
    }

    private static let most = 20_000

    private var links: [String: Link] = [:]
    private var firstTargets: [String: String] = [:]

    /// The relationships of a part; none when it has no list of them.
    init(of part: String, in archive: ZipArchive) throws(SpreadsheetError) {
        let folder = Self.folder(of: part)
        let file = part.dropFirst(folder.count)
        guard let stream = try archive.stream("\(folder)_rels/\(file).rels") else { return }
        var reader = try XMLReader(stream)
        while true {
            switch try reader.next() {
            case .start where reader.isNamed("Relationship"): add(reader, folder)
            case .finished: return
            default: break
            }
            guard links.count <= Self.most else { throw .tooLarge("The workbook has too many parts") }
        }
    }

    /// The path of the part with this id, when it is of this kind.
    func target(id: String, kind: String) -> String? {
        links[id].flatMap { $0.kind == kind ? $0.target : nil }
    }

    /// The path of the first part of this kind.
    func target(kind: String) -> String? {
        firstTargets[kind]
    }

    private mutating func add(_ reader: XMLReader, _ folder: String) {
        guard let id = reader.textAttribute("Id"), let type = reader.textAttribute("Type"),
            let target = reader.textAttribute("Target"), reader.textAttribute("TargetMode") != "External"
        else { return }
        // The kinds have long names, which differ between the two editions of the format up to the last word.
        let kind = type.split(separator: "/").last.map { String($0) } ?? ""
        let link = Link(kind: kind, target: Self.path(target, from: folder))
        if links[id] == nil { links[id] = link }
        if firstTargets[kind] == nil { firstTargets[kind] = link.target }
    }

    private static func folder(of part: String) -> String {
        part.lastIndex(of: "/").map { String(part[...$0]) } ?? ""
    }

    private static func path(_ target: String, from folder: String) -> String {
        let whole = target.hasPrefix("/") ? target : folder + target
        var steps: [Substring] = []
        for step in whole.lowercased().split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        return steps.joined(separator: "/")
    }
}
