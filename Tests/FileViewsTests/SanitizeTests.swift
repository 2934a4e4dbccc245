import AccessModel
import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing

@Suite struct `a sanitized file` {
    private let folder: TemporaryFolder
    private let secret: String

    init() throws {
        folder = try TemporaryFolder()
        secret = try folder.write("secret", Array("0123456789abcdef0123456789abcdef".utf8))
    }

    private func sanitized(_ file: String, _ name: String = "out.c1z", _ words: String...) throws -> String {
        let run = try BatonRun.of(
            [
                "-f", file, "sanitize", "--out", folder.path(name), "--secret-file", secret, "--anchor",
                "2030-01-01T00:00:00Z",
            ] + words)
        #expect(run.status == 0 && run.text.isEmpty, "\(run.error)")
        return folder.path(name)
    }

    /// Small files of each kind.
    static let fixtures = Fixture.version1.filter { $0.name != "medium-sqlite" }

    @Test(.enabled(if: Fixture.areThere, Fixture.absence), arguments: fixtures)
    func `has as much, put together in the same way`(fixture: Fixture) throws {
        let source = try C1ZFile.open(fixture.file)
        let copy = try C1ZFile.open(try sanitized(fixture.file))
        let pairs = zip(try source.syncRuns(), try copy.syncRuns())
        #expect(try source.syncRuns().count == copy.syncRuns().count)
        for (old, new) in pairs {
            #expect(old.type == new.type && old.isFinished == new.isFinished && old.supportsDiff == new.supportsDiff)
            #expect(old.parentID.isEmpty == new.parentID.isEmpty)
            #expect(new.token.isEmpty && !new.id.hasSameBytes(as: old.id))
            let (before, after) = try (Topology(of: old.id, in: source), Topology(of: new.id, in: copy))
            #expect(before.counts == after.counts)
            #expect(before.shape == after.shape)
            let assets = try (source.countedAssets(of: old.id), copy.countedAssets(of: new.id))
            #expect(assets.0 == assets.1)
        }
        // The sync that is shown is the same one.
        let shown = try source.latestFinishedSync().flatMap { latest in
            try source.syncRuns().firstIndex { $0.id.hasSameBytes(as: latest.id) }
        }
        let place = try copy.latestFinishedSync().flatMap { latest in
            try copy.syncRuns().firstIndex { $0.id.hasSameBytes(as: latest.id) }
        }
        #expect(shown == place)
    }

    @Test(.enabled(if: Fixture.areThere, Fixture.absence), arguments: fixtures)
    func `holds no id, name or address of the original`(fixture: Fixture) throws {
        let file = try sanitized(fixture.file)
        let bytes = try unpacked(file)
        let identifying = try Identifying(in: C1ZFile.open(fixture.file)).texts
        let found = identifying.filter { bytes.range(of: Data($0.utf8)) != nil }
        #expect(found.isEmpty, "\(found.sorted().prefix(10))")
    }

    @Test func `is the same for the same secret and anchor, and another for another`() throws {
        let source = try made()
        let one = try unpacked(sanitized(source))
        #expect(try one == unpacked(sanitized(source, "again.c1z")))
        try Data("another secret, as long as it must".utf8).write(to: URL(fileURLWithPath: secret))
        #expect(try one != unpacked(sanitized(source, "other.c1z")))
    }

    @Test func `gives names as the reference gives them`() throws {
        let file = folder.path("in.c1z")
        var content = MadeFile()
        content.resources = [
            MadeFile.person("ada", "Ada", email: "ada@corp.example", profile: ["team": "x"]), MadeFile.team("x", "X"),
        ]
        content.grants = [MadeFile.membership(of: "ada", in: "x")]
        try content.write(to: file)
        let copy = try C1ZFile.open(sanitized(file))
        // HMAC-SHA-256 of each text with the secret above, its first 12 bytes in base 32.
        let (ada, x, member) = (try reference("ada"), try reference("x"), try reference("member"))
        let sync = try #require(try copy.latestFinishedSync()).id
        let bytes = try #require(try copy.find(.resource(ResourceID("user", ada)), in: sync))
        let person = try Resource(serializedBytes: bytes)
        #expect(try person.displayName == reference("Ada"))
        let trait = try #require(try person.annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(try trait.emails[0].address == "\(ada)@dom-\(reference("corp.example").lowercased()).example")
        #expect(trait.emails[0].isPrimary && trait.accountType == .human && trait.status.status == .enabled)
        #expect(person.profile.fields["team"]?.stringValue == x)
        #expect(try copy.find(.grant(ByteKey("group:\(x):\(member):user:\(ada)")), in: sync) != nil)
        // The newest sync of the file is at the anchor.
        #expect(try copy.sync(sync).endedAt == StoredTime("2030-01-01T00:00:00Z"))
    }

    @Test func `leaves unknown annotations out unless told otherwise`() throws {
        let file = folder.path("in.c1z")
        var content = MadeFile()
        var person = MadeFile.person("ada", "Ada")
        person.annotations.append(
            Annotation.with {
                $0.typeURL = "type.googleapis.com/some.other.Message"
                $0.value = Data("telltale".utf8)
            })
        content.resources = [person]
        try content.write(to: file)
        #expect(try unpacked(sanitized(file)).range(of: Data("telltale".utf8)) == nil)
        let passed = try sanitized(file, "passed.c1z", "--allow-unknown-annotations")
        #expect(try unpacked(passed).range(of: Data("telltale".utf8)) != nil)
        let run = try BatonRun.of(["-f", file, "sanitize", "--out", folder.path("b.c1z"), "--secret-file", secret])
        #expect(run.error == "left out 1 annotation(s) of type some.other.Message\n")
    }

    @Test func `comes with a fresh secret that only its owner may read`() throws {
        let file = try made()
        let out = folder.path("out.c1z")
        let run = try BatonRun.of(["-f", file, "sanitize", "--out", out])
        #expect(run.status == 0 && run.text.isEmpty)
        #expect(run.error.contains("a fresh secret was written to \(out).secret"))
        let facts = try FileManager.default.attributesOfItem(atPath: out + ".secret")
        #expect(facts[.posixPermissions] as? Int == 0o600 && facts[.size] as? Int == 32)
        try FileManager.default.removeItem(atPath: out)
        let again = try BatonRun.of(["-f", file, "sanitize", "--out", out])
        #expect(again.status == 2)
        #expect(
            again.error
                == "Error: default secret path \"\(out).secret\" already exists; pass -secret-file to reuse it\n"
                + "Run 'baton sanitize --help' for usage.\n")
        #expect(try folder.names == ["made.c1z", "out.c1z.secret", "secret"])
    }

    @Test func `is refused with one clear line`() throws {
        let file = try made()
        let (out, short) = (folder.path("out.c1z"), try folder.write("short", [1, 2, 3]))
        let cases: [(words: [String], status: Int32, line: String)] = [
            ([], 2, "--out is required"),
            (["--out", secret], 2, "--out path \"\(secret)\" already exists; refusing to overwrite"),
            (["--out", out, "--out-engine", "x"], 2, "--out-engine must be \"sqlite\" or \"pebble\", got \"x\""),
            (["--out", out, "--anchor", "yesterday"], 2, "parse --anchor: "),
            (["--out", out, "--anchor", "2030-01-01"], 2, "parse --anchor: "),
            (
                ["--out", out, "--secret-file", short], 2,
                "-secret-file \"\(short)\": is too short: got 3 bytes, want at"
            ),
            (["--out", out, "--secret-file", folder.path("no")], 2, "-secret-file \(folder.path("no")): "),
        ]
        for (words, status, line) in cases {
            let run = try BatonRun.of(["-f", file, "sanitize"] + words)
            #expect(run.status == status && run.text.isEmpty)
            #expect(run.error.hasPrefix("Error: \(line)"), "\(run.error)")
        }
        let damaged = try folder.write("cut.c1z", Array(try Data(contentsOf: URL(fileURLWithPath: file)).dropLast(9)))
        for bad in [damaged, folder.path("no.c1z")] {
            let run = try BatonRun.of(["-f", bad, "sanitize", "--out", out])
            #expect(run.status == 2 && run.error.hasPrefix("Error: \(bad): "), "\(run.error)")
        }
        #expect(try folder.names == ["cut.c1z", "made.c1z", "secret", "short"])
    }

    @Test func `says how many annotations it lacks, however often grants repeat them`() throws {
        let file = folder.path("in.c1z")
        var content = MadeFile()
        var team = MadeFile.team("x", "X")
        let strange = Annotation.with { $0.typeURL = "type.googleapis.com/some.other.Message" }
        team.annotations.append(strange)
        content.resources = [team]
        let member = Entitlement.assignment("member", on: team)
        content.entitlements = [member]
        for name in ["ada", "bob", "cyd"] {
            var person = MadeFile.person(name, name)
            person.annotations += [strange, strange]
            content.resources.append(person)
            var grant = MadeFile.membership(of: name, in: "x")
            grant.entitlement = member
            grant.principal = person
            content.grants.append(grant)
            // Nothing but its id.
            content.grants.append(.with { $0.id = "g:\(name)" })
        }
        try content.write(to: file)
        let run = try BatonRun.of([
            "-f", file, "sanitize", "--out", folder.path("out.c1z"), "--secret-file", secret,
        ])
        // The team has one, in its own record, its entitlement's and three grants'; each person two, in their own and one grant.
        #expect(run.error == "left out 17 annotation(s) of type some.other.Message\n")
        let copy = try C1ZFile.open(folder.path("out.c1z"))
        let sync = try #require(try copy.latestFinishedSync()).id
        var known: Set<ResourceID> = []
        try copy.read(.resource, of: sync, where: .all) {
            known.insert(try Resource(serializedBytes: Array($0.data)).identity)
        }
        var holders: Set<ResourceID> = []
        try copy.read(.grant, of: sync, where: .resourceType("group")) {
            holders.insert(try Grant(serializedBytes: Array($0.data)).holder)
        }
        #expect(holders.count == 3 && holders.isSubset(of: known))
    }

    /// Kills spread over a run's length; what is there afterwards is all or nothing, the secret never without its copy.
    @Test func `that is killed is whole or not there`() throws {
        let file = folder.path("in.c1z")
        var content = MadeFile()
        content.resources = (0..<40).map { MadeFile.team("t\($0)", "T\($0)") }
        content.resources += (0..<60).map { MadeFile.person("u\($0)", "U\($0)") }
        content.grants = (0..<2000).map { MadeFile.membership(of: "u\($0 % 60)", in: "t\($0 % 41)") }
        try content.write(to: file)
        let source = try C1ZFile.open(file)
        let whole = try Topology(of: try #require(try source.latestFinishedSync()).id, in: source)
        let (out, outSecret) = (folder.path("out.c1z"), folder.path("out.c1z.secret"))
        let start = ContinuousClock.now
        let first = try BatonRun.of(["-f", file, "sanitize", "--out", folder.path("first.c1z")])
        let length = ContinuousClock.now - start
        #expect(first.status == 0, "\(first.error)")
        var kills = 0
        for moment in 0..<25 {
            let seconds = Double(moment) / 22 * (length / .seconds(1))
            let run = try BatonRun.ofShell(
                "\"$BATON\" -f \(file) sanitize --out \(out) & sleep \(seconds); kill -KILL $!; wait $!; echo $?")
            if run.text == "137\n" { kills += 1 }
            guard FileManager.default.fileExists(atPath: out) else {
                #expect(run.text == "137\n" && !FileManager.default.fileExists(atPath: outSecret), "at \(moment)")
                continue
            }
            let copy = try C1ZFile.open(out)
            let found = try Topology(of: try #require(try copy.latestFinishedSync()).id, in: copy)
            #expect(found.counts == whole.counts && found.shape == whole.shape, "at \(moment)")
            try FileManager.default.removeItem(atPath: out)
            if FileManager.default.fileExists(atPath: outSecret) {
                #expect(try Data(contentsOf: URL(fileURLWithPath: outSecret)).count == 32)
                try FileManager.default.removeItem(atPath: outSecret)
            }
        }
        #expect(kills > 0)
        // Nothing is left that anybody sees; a name that SQLite needed for an instant is out of sight.
        #expect(
            try folder.names.filter { !$0.hasPrefix(".") } == ["first.c1z", "first.c1z.secret", "in.c1z", "secret"])
    }

    /// A file with a bit of everything that needs nothing from elsewhere.
    private func made() throws -> String {
        var content = MadeFile()
        content.resources = [
            MadeFile.team("x", "Exes"),
            MadeFile.person("ada", "Ada", email: "ada@corp.example", profile: ["team": "x"]),
        ]
        content.entitlements = [.assignment("member", on: content.resources[0])]
        content.grants = [MadeFile.membership(of: "ada", in: "x")]
        try content.write(to: folder.path("made.c1z"))
        return folder.path("made.c1z")
    }

    /// All bytes of the database in a file.
    private func unpacked(_ file: String) throws -> Data {
        let database = folder.path("unpacked.db")
        try? FileManager.default.removeItem(atPath: database)
        #expect(try BatonRun.of(["-f", file, "dump-db", "--out", database]).status == 0)
        return try Data(contentsOf: URL(fileURLWithPath: database))
    }

    /// What another implementation makes of a text.
    private func reference(_ text: String) throws -> String {
        let code =
            "import hmac,base64,sys;print(base64.b32encode(hmac.new(open(sys.argv[1],'rb').read(),sys.argv[2].encode(),"
            + "'sha256').digest()[:12]).decode().rstrip('='),end='')"
        let run = try BatonRun.ofShell(
            "python3 -c \"$CODE\" \"$SECRET\" \"$TEXT\"",
            environment: ["CODE": code, "SECRET": secret, "TEXT": text, "PATH": Environment.path])
        #expect(run.status == 0, "\(run.error)")
        return run.text
    }
}

/// How the records of a sync hang together, without saying who they are.
private struct Topology {
    var counts: [Int] = []
    /// How many grants, sources and expansions point at something that is there, and how many grants each entitlement and
    /// each principal has.
    var shape: [[Int]] = []

    init(of sync: String, in reader: any C1ZReader) throws {
        var (resources, entitlements) = (Set<ResourceID>(), Set<ByteKey>())
        var (types, dangling, children, sources, expansions) = (0, 0, 0, 0, 0)
        var (perEntitlement, perPrincipal) = ([ByteKey: Int](), [ResourceID: Int]())
        try reader.read(.resourceType, of: sync, where: .all) { _ in types += 1 }
        try reader.read(.resource, of: sync, where: .all) {
            resources.insert(try Resource(serializedBytes: Array($0.data)).identity)
        }
        try reader.read(.resource, of: sync, where: .all) {
            if let parent = try Resource(serializedBytes: Array($0.data)).parent, resources.contains(parent) {
                children += 1
            }
        }
        try reader.read(.entitlement, of: sync, where: .all) {
            let entitlement = try Entitlement(serializedBytes: Array($0.data))
            entitlements.insert(ByteKey(entitlement.id))
            if !resources.contains(entitlement.resource.identity) { dangling += 1 }
        }
        var grants = 0
        try reader.read(.grant, of: sync, where: .all) { record in
            grants += 1
            let grant = try Grant(serializedBytes: Array(record.data))
            perEntitlement[ByteKey(grant.entitlement.id), default: 0] += 1
            perPrincipal[grant.holder, default: 0] += 1
            if !entitlements.contains(ByteKey(grant.entitlement.id)) { dangling += 1 }
            if !resources.contains(grant.holder) { dangling += 1 }
            sources += grant.sources.sources.keys.filter { entitlements.contains(ByteKey($0)) }.count
            if let expansion = record.expansion {
                let expandable = try GrantExpandable(serializedBytes: Array(expansion))
                expansions += expandable.entitlementIds.filter { entitlements.contains(ByteKey($0)) }.count
                expansions += record.needsExpansion ? 1000 : 0
            }
        }
        counts = [types, resources.count, entitlements.count, grants]
        shape = [
            [dangling, children, sources, expansions], perEntitlement.values.sorted(), perPrincipal.values.sorted(),
        ]
    }
}

/// Every text of a file that could tell who or what it is about.
private struct Identifying {
    private(set) var texts: Set<String> = []

    init(in reader: any C1ZReader) throws {
        var types: Set<String> = []
        for run in try reader.syncRuns() { texts.insert(run.id) }
        try reader.read(.resourceType, of: nil, where: .all) {
            types.insert(try ResourceType(serializedBytes: Array($0.data)).id)
        }
        try reader.read(.resource, of: nil, where: .all) { try add(Resource(serializedBytes: Array($0.data))) }
        try reader.read(.entitlement, of: nil, where: .all) {
            let entitlement = try Entitlement(serializedBytes: Array($0.data))
            texts.formUnion([entitlement.id, entitlement.displayName, entitlement.description_p])
        }
        try reader.read(.grant, of: nil, where: .all) {
            let grant = try Grant(serializedBytes: Array($0.data))
            texts.insert(grant.id)
            try add(grant.principal)
        }
        // A short text, or a word of the schema, is found in any database.
        let schema = "create c1.connector.v2 group user role app type.googleapis.com sqlite resource entitlement grant"
        texts = texts.filter { text in
            text.utf8.count >= 6 && !types.contains(text) && !schema.contains(text.lowercased())
        }
    }

    private mutating func add(_ resource: Resource) throws {
        texts.formUnion([resource.id.resource, resource.displayName, resource.description_p])
        guard let trait = try resource.annotations.first(C1_Connector_V2_UserTrait.self) else { return }
        texts.formUnion(trait.emails.map(\.address))
        texts.formUnion([trait.login, trait.structuredName.givenName, trait.structuredName.familyName])
    }
}

extension C1ZReader {
    fileprivate func countedAssets(of sync: String) throws -> Int {
        var count = 0
        try readAssets(of: sync) { _ in count += 1 }
        return count
    }
}
