import CommandLineKit
import WireForm

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lines on standard error in the layout of the ecosystem's logs: time, level, place, message, fields.
struct ErrorLog {
    /// What happens to a finished line.
    var write: (String) -> Void = StandardError.write

    /// Logs an error.
    ///
    /// The values may come from the file, which must not steer the terminal.
    func error(
        _ message: String, _ fields: [(name: String, value: String)], file: StaticString = #fileID, line: Int = #line
    ) {
        let members = fields.map {
            "\(JSONValue.string($0.name).text): \(JSONValue.string($0.value.showingControls).text)"
        }
        write("\(Self.now)\tERROR\t\(file):\(line)\t\(message)\t{\(members.joined(separator: ", "))}\n")
    }

    private static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = String(1000 + Int(time.tv_nsec) / 1_000_000).dropFirst()
        return CivilTime(unixSeconds: Int64(time.tv_sec))?.rfc3339(fraction: ".\(milliseconds)") ?? ""
    }
}
