import ChildProcesses

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Finds the program of a connector.
struct ProgramSearch: Sendable {
    /// What relative paths start from.
    let folder: BaseFolder
    /// The folders where bare names are looked for.
    let searchPath: String

    /// Why a program can't be run, and what to do about it.
    struct Failure: Error {
        let text: String
    }

    /// The path of the program that `name` means.
    func find(_ name: String) throws(Failure) -> String {
        guard name.utf8.contains(UInt8(ascii: "/")) else {
            if let path = ProgramFile.find(name, in: searchPath.split(separator: ":")) { return path }
            throw Self.callWithFlags(name)
                ?? Failure(text: "there is no program \(name) in the folders of PATH. Give its absolute path.")
        }
        let path = folder.path(of: name)
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            throw Self.callWithFlags(name)
                ?? Failure(text: "\(path) can't be found, \(reason). Correct `path` or install the connector.")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(text: "\(path) is no program but a folder or device. Add the program's name.")
        }
        guard access(path, X_OK) == 0 else {
            throw Failure(text: "\(path) may not be run by this account. Run chmod +x on it, or check its owner.")
        }
        return path
    }

    /// What is wrong when a whole command line was written, which isn't repeated: tokens are given as flags too.
    private static func callWithFlags(_ name: String) -> Failure? {
        guard name.contains(" ") else { return nil }
        return Failure(
            text: "`path` names no program. Write its path alone, and what it needs as variables under config.env.")
    }
}
