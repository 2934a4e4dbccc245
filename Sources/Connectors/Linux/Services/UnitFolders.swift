/// Units of systemd as their files say, for a machine whose systemd can't be asked.
struct UnitFolders {
    private(set) var reader: SourceReader

    /// What counts for more stands first.
    private static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    private static let source = "unit files"

    init(_ reader: SourceReader) { self.reader = reader }

    /// Every service unit by name, its drop-ins added; masked ones, aliases and templates are left out.
    mutating func units() -> [(name: String, path: String, unit: UnitFile)] {
        var places: [String: String] = [:]
        var masked: Set<String> = []
        for folder in Self.folders {
            for name in reader.names(in: folder) where name.hasSuffix(".service") && !name.hasSuffix("@.service") {
                guard places[name] == nil, !masked.contains(name) else { continue }
                let path = folder + "/" + name
                if isUnit(path), !isAlias(path, of: name) { places[name] = path } else { masked.insert(name) }
            }
        }
        return places.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .compactMap { name, path in
                guard let bytes = reader.bytes(path, of: Self.source) else { return nil }
                var unit = UnitFile()
                unit.add(bytes)
                for dropIn in dropIns(of: name) { reader.bytes(dropIn, of: Self.source).map { unit.add($0) } }
                return (name, path, unit)
            }
    }

    /// Whether there is a unit; an empty file masks one, as a link to `/dev/null` does.
    private func isUnit(_ path: String) -> Bool {
        guard let facts = try? reader.files.facts(path) else { return false }
        return facts.isRegular && facts.size > 0
    }

    /// Whether the unit is a link to one of another name, which is listed itself.
    private func isAlias(_ path: String, of name: String) -> Bool {
        guard (try? reader.files.linkFacts(path))?.isSymlink == true,
            let real = try? reader.files.place(path, following: true).realPath()
        else { return false }
        return !real.hasSuffix("/" + name)
    }

    /// The folders for drop-ins of a unit, the closest first: its own, those of each prefix that ends in a dash, that of all services.
    private static func dropInNames(of name: String) -> [String] {
        let stem = name.dropLast(".service".count)
        let prefixes = stem.indices.filter { stem[$0] == "-" && stem.index(after: $0) != stem.endIndex }.reversed()
        return [name + ".d"] + prefixes.map { "\(stem[...$0]).service.d" } + ["service.d"]
    }

    /// The paths of the drop-ins in the order of their names; of several with one name that of the first folder counts.
    private mutating func dropIns(of name: String) -> [String] {
        var places: [String: String] = [:]
        for folder in Self.dropInNames(of: name).flatMap({ level in Self.folders.map { $0 + "/" + level } })
        where (try? reader.files.facts(folder))?.isDirectory == true {
            for file in reader.names(in: folder) where file.hasSuffix(".conf") && places[file] == nil {
                places[file] = folder + "/" + file
            }
        }
        return places.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    }
}
