#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A path with `*`, `?` and `[…]`, as `Include` of sshd takes it.
struct PathPattern {
    private let steps: [String]
    private static let resultLimit = 10_000

    init(_ pattern: String) {
        steps = pattern.split(separator: "/").map(String.init)
    }

    /// The existing paths it stands for, in byte order; a path without pattern stands for itself.
    func paths(reading reader: inout SourceReader) -> [String] {
        var paths = [""]
        for step in steps {
            guard step.contains(where: { "*?[".contains($0) }) else {
                paths = paths.map { $0 + "/" + step }
                continue
            }
            paths = paths.flatMap { folder in
                reader.names(in: folder.isEmpty ? "/" : folder)
                    .filter { fnmatch(step, $0, FNM_PERIOD) == 0 }
                    .map { folder + "/" + $0 }
            }
            paths = Array(paths.prefix(Self.resultLimit))
        }
        return paths
    }
}
