#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's clock.
enum SystemTime {
    /// Seconds since 1970.
    static var now: Int { time(nil) }
}
