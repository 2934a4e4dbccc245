#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who runs this program.
struct Caller: Sendable {
    let isRoot: Bool
    /// The numbers of the accounts that are the caller's own, also the one that logged in before `sudo` or `su`.
    let ownNumbers: Set<UInt32>

    /// Who runs it in fact.
    static var current: Caller {
        var numbers: Set = [geteuid(), getuid()]
        if let sudo = getenv("SUDO_UID"), let number = UInt32(String(cString: sudo)) { numbers.insert(number) }
        // There is no such file in a kernel without audit; "no log-in" is the highest number, which no account has.
        let login = (try? InspectedRoot("/").read("/proc/self/loginuid", limit: 64))?[...].trimmed.accountNumber
        if let login { numbers.insert(login) }
        return Caller(isRoot: geteuid() == 0, ownNumbers: numbers)
    }
}
