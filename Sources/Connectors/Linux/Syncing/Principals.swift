import AccessModel
import BatonWire
import SwiftProtobuf

/// Ids of the resources of this connector.
enum LinuxID {
    static func user(_ name: String) -> ResourceID { ResourceID(UserSyncer.type, escaped(name)) }

    static func group(_ name: String) -> ResourceID { ResourceID(GroupSyncer.type, escaped(name)) }

    static func alias(_ name: String) -> ResourceID { ResourceID(SudoAliasSyncer.type, name) }

    static func principal(_ holder: SudoPolicy.Holder) -> ResourceID {
        switch holder {
        case .user(let name): user(name)
        case .group(let name): group(name)
        case .alias(let name): alias(name)
        }
    }

    /// The name; with `%` and `:` escaped when it holds a colon, which separates the parts of an entitlement's id.
    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: ":")) else { return name }
        let bytes = name.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: ":"): Array("%3A".utf8)
            case UInt8(ascii: "%"): Array("%25".utf8)
            default: [byte]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Grant {
    /// A grant to a group, which all its members share.
    init(_ slug: String, on resource: ResourceID, toMembersOf group: String, annotations: [any Message] = []) {
        self = Grant(slug, on: resource, to: LinuxID.group(group), annotations: annotations).expanding(
            GroupSyncer.member)
    }

    /// A grant to whoever sudoers names.
    init(_ slug: String, on resource: ResourceID, to holder: SudoPolicy.Holder, annotations: [any Message] = []) {
        switch holder {
        case .user(let name): self = Grant(slug, on: resource, to: LinuxID.user(name), annotations: annotations)
        case .group(let name): self = Grant(slug, on: resource, toMembersOf: name, annotations: annotations)
        case .alias(let name):
            self = Grant(slug, on: resource, to: LinuxID.alias(name), annotations: annotations)
                .expanding(SudoAliasSyncer.member)
        }
    }
}

extension GrantMetadata {
    /// Attributes to show with a grant.
    init(_ pairs: KeyValuePairs<String, Google_Protobuf_Value?>) {
        self.init()
        metadata = Profile(pairs)
    }
}
