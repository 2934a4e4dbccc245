import AccessModel

extension Inspection {
    func readPaths() async throws -> Loaded<PathTree> {
        var walk = PathWalk(
            SourceReader(files), depth: options.pathDepth, skipsInherited: options.skipsInheritedPaths)
        for path in options.paths { try walk.add(Self.normal(path)) }
        return try finish(PathTree(paths: walk.paths, coverage: walk.reader.coverage), walk.reader)
    }

    /// The path with one slash in front and none behind or doubled.
    private static func normal(_ path: String) -> String {
        "/"
            + path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "/")
    }
}
