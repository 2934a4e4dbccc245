/// The folder of the configuration, from which its relative paths start.
///
/// Not the working directory: services are started in `/`, and the file and its neighbours are moved together.
struct BaseFolder: Sendable {
    private let folder: String

    /// The folder that the file at `path` stands in.
    init(of path: String) {
        folder = String(path[..<(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)])
    }

    /// The path that `name` means.
    func path(of name: String) -> String {
        name.hasPrefix("/") ? name : folder + name
    }
}
