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

    /// The folder in which the program of this process is, links followed; nil when the system doesn't tell.
    public static var ownFolder: String? {
        guard let path = ownPath, let end = path.lastIndex(of: "/") else { return nil }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private static var ownPath: String? {
        #if os(Linux)
        let found = realpath("/proc/self/exe", nil)
        #else
        var size: UInt32 = 4096
        var told = [CChar](repeating: 0, count: Int(size))
        guard _NSGetExecutablePath(&told, &size) == 0 else { return nil }
        let found = realpath(told, nil)
        #endif
        guard let found else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func isProgram(_ path: String) -> Bool {
        var facts = stat()
        // Folders have the permission to be executed too.
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
