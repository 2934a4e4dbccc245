import AccessModel
import BatonWire

/// Somebody in a group.
struct GroupMember: Sendable {
    let id: ResourceID
    /// Whether the membership follows from something else, and can't be taken away by itself.
    var isFixed = false

    var isGroup: Bool { id.type.hasSameBytes(as: ResourceType.group.id) }

    /// The account, or the group if it is one of `groups`.
    init(_ name: DistinguishedName, among groups: Set<ByteKey>, isFixed: Bool = false) {
        id = ResourceID(groups.contains(ByteKey(name.text)) ? .group : .user, name.text)
        self.isFixed = isFixed
    }
}
