import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Inspection {
    /// The machine itself.
    struct Host: Sendable {
        /// The id of its resource.
        var id: ResourceID
        var name: HostName
        var machineID: String?
        var release: [String: String]
        var kernel: String?
        var bootTime: Int64?
        var virtualization: String?
        /// Whether only root may log in for now.
        var refusesLogins: Bool
        var coverage: Coverage
    }

    /// The name of a machine, with and without its domain.
    struct HostName: Sendable, Equatable {
        var short: String
        var full: String
    }

    func readHost() async throws -> Loaded<Host> {
        var reader = SourceReader(files)
        let name = readHostName(&reader)
        let machineID = reader.bytes("/etc/machine-id").flatMap(HostFiles.machineID)
        let release = reader.bytes("/etc/os-release") ?? reader.bytes("/usr/lib/os-release") ?? []
        let host = Host(
            id: ResourceID(HostSyncer.type, machineID ?? name.short), name: name, machineID: machineID,
            release: OSRelease.parse(release), kernel: kernel(&reader),
            bootTime: files.isForeign ? nil : reader.bytes("/proc/stat").flatMap(HostFiles.bootTime),
            virtualization: virtualization(), refusesLogins: exists("/etc/nologin") || exists("/run/nologin"),
            coverage: reader.coverage)
        return try finish(host, withoutProc(reader))
    }

    /// The name that was given, else the machine's own, completed by `hosts`.
    func readHostName(_ reader: inout SourceReader) -> HostName {
        var name = options.hostName
        if name.isEmpty {
            let own = files.isForeign ? nil : Self.ownHostName()
            name = own ?? reader.bytes("/etc/hostname").flatMap(HostFiles.name) ?? "localhost"
        }
        let short = String(name.prefix { $0 != "." })
        guard short == name else { return HostName(short: short.isEmpty ? name : short, full: name) }
        let full = reader.bytes("/etc/hosts").flatMap { HostFiles.fullName(of: name, in: $0) }
        return HostName(short: name, full: full ?? name)
    }

    private static func ownHostName() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    private func kernel(_ reader: inout SourceReader) -> String? {
        guard !files.isForeign else { return nil }
        return reader.bytes("/proc/sys/kernel/osrelease").flatMap(HostFiles.name)
    }

    private func exists(_ path: String) -> Bool { (try? files.facts(path)) != nil }

    /// What kind of container or virtual machine this is, as far as files say.
    private func virtualization() -> String? {
        if let name = (try? files.read("/run/systemd/container", limit: 4096)).flatMap(HostFiles.name) { return name }
        if exists("/.dockerenv") { return "docker" }
        if exists("/run/.containerenv") { return "podman" }
        guard !files.isForeign, let vendor = try? files.read("/sys/class/dmi/id/sys_vendor", limit: 4096) else {
            return nil
        }
        let text = vendor[...].text
        return Self.vendors.first { text.utf8.starts(with: $0.key.utf8) }?.value
    }

    private static let vendors: KeyValuePairs<String, String> = [
        "QEMU": "qemu", "VMware": "vmware", "innotek": "oracle", "Xen": "xen", "Amazon EC2": "amazon",
        "Google": "google", "Microsoft Corporation": "microsoft",
    ]

    /// Files of `/proc` change their time whenever they are looked at, which says nothing.
    private func withoutProc(_ reader: SourceReader) -> SourceReader {
        var reader = reader
        reader.forget { $0.path.utf8.starts(with: "/proc/".utf8) }
        return reader
    }
}
