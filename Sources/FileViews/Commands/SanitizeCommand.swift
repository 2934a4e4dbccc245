import AccessModel
import C1Z
import CommandLineKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension BatonProgram {
    /// Copies the file so that it identifies nobody.
    var sanitize: Command {
        command(
            "sanitize",
            "Write an identity-stripped copy of a c1z whose graph topology and cardinalities are preserved",
            flags: Self.sanitizeFlags
        ) { call in
            let flags = call.flags
            let out = flags.string("out")
            guard !out.isEmpty else { throw UsageError("--out is required") }
            let engine = try Self.engine(flags)
            let anchor = try Self.anchor(flags.string("anchor")) ?? .now()
            var state = stat()
            guard lstat(out, &state) != 0 else {
                throw UsageError("--out path \"\(out)\" already exists; refusing to overwrite")
            }
            let source = try C1ZFile.open(call.file, environment: call.environment)
            let named = flags.string("secret-file")
            let fresh = named.isEmpty ? SecretFile(path: out + ".secret") : nil
            if let fresh, fresh.exists {
                throw UsageError(
                    "default secret path \"\(fresh.path)\" already exists; pass -secret-file to reuse it")
            }
            let secret = try named.isEmpty ? SecretFile.fresh() : SecretFile(path: named).read()
            let runs = try source.syncRuns()
            if engine ?? source.engine == .pebble, runs.count > 1 {
                StandardError.write(
                    "the file has \(runs.count) syncs; a version 3 (Pebble) file keeps only the one that was begun last.\n"
                )
            }
            let copy = try SyncCopy(
                to: out,
                options: C1ZWriterOptions(
                    environment: call.environment, engine: engine ?? source.engine))
            do {
                var sanitizer = try Sanitizer(
                    of: source, to: copy, secret: secret, anchor: anchor,
                    unknown: flags.bool("allow-unknown-annotations") ? .pass : .drop)
                try sanitizer.run()
                // Written before the copy is there, and named after: a secret of nothing would only keep the next run from its work.
                let prepared = try fresh?.prepare(secret)
                try copy.save()
                do {
                    try prepared?.put()
                } catch {
                    unlink(out)
                    throw error
                }
                sanitizer.records.tellDropped()
            } catch {
                copy.discard()
                throw error
            }
            if let fresh {
                StandardError.write(
                    "a fresh secret was written to \(fresh.path). Keep it to make copies that fit together; whoever has it can "
                        + "test guesses against the copy.\n")
            }
        }
    }

    private static let sanitizeFlags = [
        Flag("out", help: "Path to the sanitized .c1z output file (required)"),
        Flag(
            "out-engine",
            help: "Storage engine for the output: sqlite or pebble. Defaults to the source c1z's engine."),
        Flag(
            "secret-file",
            help:
                "Path to a per-c1z HMAC secret (>=32 random bytes). If unset, a fresh secret is generated and written "
                + "next to --out."),
        Flag("anchor", help: "RFC3339 timestamp the newest source timestamp lands on. Defaults to now."),
        Flag(
            "allow-unknown-annotations", .bool,
            help: "Pass annotations of unknown type through unchanged instead of dropping. Dangerous on real customer "
                + "data."),
    ]

    /// What is said of the new file's engine; nil when nothing is.
    private static func engine(_ flags: ParsedFlags) throws -> StorageEngine? {
        guard flags.isGiven("out-engine") else { return nil }
        let name = flags.string("out-engine")
        guard let engine = StorageEngine(rawValue: name) else {
            throw UsageError("--out-engine must be \"sqlite\" or \"pebble\", got \"\(name)\"")
        }
        return engine
    }

    private static func anchor(_ text: String) throws -> StoredTime? {
        guard !text.isEmpty else { return nil }
        let bytes = Array(text.utf8)
        let hasZone =
            bytes.last == UInt8(ascii: "Z")
            || bytes.count > 6 && [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[bytes.count - 6])
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), hasZone, let time = StoredTime(text) else {
            throw UsageError("parse --anchor: \"\(text)\" is no RFC 3339 time such as 2026-01-31T12:00:00Z")
        }
        return time
    }

}

extension Sanitization {
    /// Says which annotations the copy lacks.
    fileprivate func tellDropped() {
        for (name, count) in dropped.sorted(by: { $0.key < $1.key }) {
            StandardError.write("left out \(count) annotation(s) of type \(name.text)\n".showingControls)
        }
    }
}
