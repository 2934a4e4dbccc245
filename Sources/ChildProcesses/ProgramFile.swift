#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Files that are programs.
public enum ProgramFile {
    /// The path of the first program called `name` in these folders; nil when none has one that this account may run.
    public static func find(_ name: String, in folders: some Sequence<some StringProtocol>) -> String? {
        folders.lazy.map { "\($0)/\(name)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var facts = stat()
        // Folders have the permission to be executed too.
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
