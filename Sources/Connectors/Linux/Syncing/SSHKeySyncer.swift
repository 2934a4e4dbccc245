import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// The SSH keys that open accounts.
struct SSHKeySyncer: ResourceSyncer {
    static let type = ResourceType(
        "ssh_key", displayName: "SSH Key", traits: [.secret], annotations: [SkipEntitlementsAndGrants()])

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host().id
        guard parent == host else { return Page([]) }
        let accounts = try await inspection.accounts()
        let ssh = try await inspection.ssh()
        var seen: Set<ByteKey> = []
        let keys = accounts.book.accounts.indices.filter { accounts.lists($0, inspection.options) }.flatMap { place in
            let account = accounts.book.accounts[place]
            let user = LinuxID.user(account.name)
            // Of a key that stands in several places, the place that lets most in tells what it opens.
            return ssh.keys(of: account).sorted { $0.openness > $1.openness }.map { ListedKey(user: user, found: $0) }
        }.filter { seen.insert(ByteKey($0.id)).inserted }.sorted { $0.id.precedes($1.id) }
        return Page(fitting: keys, for: page, key: \.id) { $0.resource(under: host) }
    }
}

extension AccountKey {
    fileprivate var openness: Int {
        isEffective ? (key.isRestricted || key.forcedCommand != nil || key.sources != nil ? 1 : 2) : 0
    }
}

/// A key and the account that it opens.
private struct ListedKey {
    let user: ResourceID
    let found: AccountKey
    let id: String

    init(user: ResourceID, found: AccountKey) {
        self.user = user
        self.found = found
        id = user.value + "/" + found.key.fingerprint
    }

    func resource(under host: ResourceID) -> Resource {
        let key = found.key
        let trait = C1_Connector_V2_SecretTrait.with {
            $0.identityID = user.message
            $0.credentialType = .asymmetricKey
            $0.credentialDetail = "ssh_authorized_key"
            $0.profile = profile
            if let expiry = key.expires.flatMap(KeyExpiry.init) { $0.expiresAt = .with { $0.seconds = expiry.seconds } }
        }
        return .secret(
            ResourceID(SSHKeySyncer.type, id), name: key.comment.isEmpty ? key.fingerprint : key.comment, under: host,
            trait: trait)
    }

    private var profile: Profile {
        let key = found.key
        return Profile([
            "fingerprint": .text(key.fingerprint),
            "type": .text(key.type),
            "bits": key.bits.map { .number($0) },
            "comment": .given(key.comment),
            "options": .list(key.options.map(\.description)),
            "file": .text(found.file),
            "line": .number(key.line),
            "forced_command": key.forcedCommand.map { .text($0) },
            "from": key.sources.map { .text($0) },
            "is_ca": .flag(key.isAuthority),
            "restricted": .flag(key.isRestricted),
            "effective": .flag(found.isEffective),
        ])
    }
}
