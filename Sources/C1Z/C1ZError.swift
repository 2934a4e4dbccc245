public import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What went wrong with a c1z file.
public struct C1ZError: StatusCoded, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable {
        case notFound, isDirectory, notAC1ZFile, truncated, corrupt, tooLarge, unsupported, busy, noSpace, noSuchSync,
            conflict, failed
    }

    /// What kind it is.
    public let code: Code
    /// The file it is about.
    public let file: String
    /// What is wrong, and what to do.
    public let problem: String

    /// A failure with `file`.
    public init(_ code: Code, _ file: String, _ problem: String) {
        self.code = code
        self.file = file
        self.problem = problem
    }

    /// `file: problem`, on one line.
    ///
    /// Parts of it may come from the file, which must not steer the terminal.
    public var description: String {
        var text = String.UnicodeScalarView()
        for scalar in "\(file): \(problem)".unicodeScalars {
            text.append(scalar.properties.generalCategory == .control ? "?" : scalar)
        }
        return String(text)
    }

    /// The exit status the reference uses for it.
    public var statusCode: StatusCode {
        switch code {
        case .noSuchSync: .notFound
        case .conflict, .busy: .failedPrecondition
        case .unsupported: .unimplemented
        default: .unknown
        }
    }

    static func isTaken(_ file: String) -> C1ZError {
        C1ZError(.failed, file, "exists already. Name a file that doesn't, or remove it first.")
    }

    static func system(_ file: String, _ action: String, _ number: Int32) -> C1ZError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOENT where file.isEmpty: return C1ZError(.notFound, "file", "its name is empty. Name a c1z file.")
        case ENOENT:
            return C1ZError(.notFound, file, "\(action): there is no such file or folder. Check the name.")
        case EISDIR: return C1ZError(.isDirectory, file, "is a directory. Name a c1z file.")
        case ENOSPC, EDQUOT:
            return C1ZError(.noSpace, file, "\(action): no space left on the disk. Free some and run it again.")
        case EACCES, EPERM:
            return C1ZError(
                .failed, file, "\(action): permission denied. Change its permissions, or run as another user.")
        case EROFS: return C1ZError(.failed, file, "\(action): the file system is read-only")
        default: return C1ZError(.failed, file, "\(action): \(reason)")
        }
    }
}
