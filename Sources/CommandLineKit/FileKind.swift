#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What stands at a path.
public enum FileKind: Sendable {
    /// What it can be; links are followed.
    case file, directory, other, nothing

    /// What stands at `path`, links followed.
    public init(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            self = .nothing
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory
        default: self = .other
        }
    }
}
