import AccessModel
import ChildProcesses

/// Something that runs as an account without anybody logging in.
struct ServiceIdentity: Sendable {
    /// `systemd/<unit>` or `cron/<file>#<number>`.
    var id: String
    var name: String
    /// `linux.systemd` or `linux.cron`.
    var kind: String
    /// Who it runs as, by name or number; nil when the system makes the account up.
    var user: String?
    var details: [String: String]
}

extension Inspection {
    /// Services and jobs in byte order of their ids.
    struct Services: Sendable {
        var identities: [ServiceIdentity]
        var coverage = Coverage()
    }

    func readServices() async throws -> Loaded<Services> {
        var reader = SourceReader(files)
        var identities: [ServiceIdentity] = []
        if let shown = await shownUnits() {
            identities = shown
            reader.cover(Coverage(read: ["systemctl show"]))
        } else {
            var folders = UnitFolders(reader)
            identities = folders.units().map(ServiceIdentity.init(unit:))
            reader = folders.reader
        }
        identities += jobs(&reader)
        var seen: Set<ByteKey> = []
        let distinct = identities.filter { seen.insert(ByteKey($0.id)).inserted }
        return try finish(
            Services(
                identities: distinct.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) },
                coverage: reader.coverage), reader)
    }

    /// What systemd itself says; nil when it doesn't run here.
    private func shownUnits() async -> [ServiceIdentity]? {
        let properties = ["Id", "User", "Group", "DynamicUser", "FragmentPath", "ActiveState", "UnitFileState"]
        guard
            let answer = try? await commands?.run(
                "systemctl", ["show", "*.service", "--no-pager"] + properties.flatMap { ["-p", $0] }),
            answer.status == 0
        else { return nil }
        let units = UnitFile.shown(answer.output).compactMap(ServiceIdentity.init(shown:))
        return units.isEmpty ? nil : units
    }

    private func jobs(_ reader: inout SourceReader) -> [ServiceIdentity] {
        var identities: [ServiceIdentity] = []
        let systemTables = reader.names(in: "/etc/cron.d").filter(Crontab.admits).map { "/etc/cron.d/" + $0 }
        for file in ["/etc/crontab"] + systemTables {
            guard let bytes = reader.bytes(file) else { continue }
            let table = Crontab.parse(bytes, hasUsers: true, file: file)
            reader.remark(table.problems)
            identities += table.content.map { ServiceIdentity(job: $0, of: $0.user, in: file) }
        }
        let spool = "/var/spool/cron/crontabs"
        for user in reader.names(in: spool) where !user.hasPrefix("tmp.") {
            let file = spool + "/" + user
            guard let bytes = reader.bytes(file) else { continue }
            let table = Crontab.parse(bytes, hasUsers: false, file: file)
            reader.remark(table.problems)
            identities += table.content.map { ServiceIdentity(job: $0, of: user, in: file) }
        }
        return identities + postponedJobs(&reader)
    }

    /// Jobs of `at`, which run as the owner of their file.
    private func postponedJobs(_ reader: inout SourceReader) -> [ServiceIdentity] {
        let spool = "/var/spool/cron/atjobs"
        return reader.names(in: spool).filter { $0.first != "." }.compactMap { name in
            guard let facts = try? files.linkFacts(spool + "/" + name), facts.isRegular else { return nil }
            let job = CronJob(number: 1, schedule: "at", user: nil, command: name)
            return ServiceIdentity(job: job, of: String(facts.uid), in: spool + "/" + name)
        }
    }
}

extension ServiceIdentity {
    init(unit: (name: String, path: String, unit: UnitFile)) {
        id = "systemd/" + unit.name
        name = unit.name
        kind = "linux.systemd"
        user = unit.unit.hasDynamicUser ? nil : unit.unit.user ?? "root"
        details = ["fragment_path": unit.path]
        details["group"] = unit.unit.group
        details["description"] = unit.unit.values["Description"]
        if unit.unit.hasDynamicUser { details["dynamic_user"] = "yes" }
    }

    /// A unit of which systemd tells; nil when it doesn't exist as a file.
    init?(shown values: [String: String]) {
        guard let unit = values["Id"], values["FragmentPath"]?.isEmpty == false else { return nil }
        let isDynamic = values["DynamicUser"] == "yes"
        id = "systemd/" + unit
        name = unit
        kind = "linux.systemd"
        user = isDynamic ? nil : values["User"].flatMap { $0.isEmpty ? nil : $0 } ?? "root"
        details = [:]
        for (key, name) in Self.shownDetails { details[name] = values[key].flatMap { $0.isEmpty ? nil : $0 } }
        if isDynamic { details["dynamic_user"] = "yes" }
    }

    private static let shownDetails: KeyValuePairs<String, String> = [
        "Group": "group", "FragmentPath": "fragment_path", "ActiveState": "active_state",
        "UnitFileState": "unit_file_state",
    ]

    init(job: CronJob, of user: String?, in file: String) {
        id = "cron/\(file.dropFirst())#\(job.number)"
        name = "\(file) #\(job.number)"
        kind = "linux.cron"
        self.user = user
        details = ["schedule": job.schedule, "program": job.program]
    }
}
