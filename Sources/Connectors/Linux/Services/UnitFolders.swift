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
                if isRegular(path), !isAlias(path, of: name) { places[name] = path } else { masked.insert(name) }
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

    private func isRegular(_ path: String) -> Bool {
        (try? reader.files.facts(path))?.isRegular == true
    }

    /// Whether the unit is a link to one of another name, which is listed itself.
    private func isAlias(_ path: String, of name: String) -> Bool {
        guard (try? reader.files.linkFacts(path))?.isSymlink == true,
            let real = try? reader.files.place(path, following: true).realPath()
        else { return false }
        return !real.hasSuffix("/" + name)
    }

    /// The paths of the drop-ins in the order of their names; of several with one name that of the first folder counts.
    private mutating func dropIns(of name: String) -> [String] {
        var places: [String: String] = [:]
        for folder in Self.folders.map({ $0 + "/" + name + ".d" })
        where (try? reader.files.facts(folder))?.isDirectory == true {
            for file in reader.names(in: folder) where file.hasSuffix(".conf") && places[file] == nil {
                places[file] = folder + "/" + file
            }
        }
        return places.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    }
}
