import AccessModel
import BatonWire

/// What kind of thing a resource is, by the traits of its type.
public enum ResourceKind: Int64, Sendable, CaseIterable {
    /// It signs in.
    case account = 0
    case group = 1
    case role = 2
    case application = 3
    case secret = 4
    case other = 5

    /// The kind of the resources of a type: the first of its traits that people look for.
    init(_ traits: [Trait]) {
        self =
            if traits.contains(.user) {
                .account
            } else if traits.contains(.group) {
                .group
            } else if traits.contains(.role) {
                .role
            } else if traits.contains(.secret) {
                .secret
            } else if traits.contains(.app) {
                .application
            } else {
                .other
            }
    }

    /// The kind by the numbers of the traits, each a bit.
    init(traits bits: Int64) {
        self.init((1..<63).filter { bits & (1 << Int64($0)) != 0 }.compactMap(Trait.init))
    }
}
