public import AccessModel
public import BatonWire

/// Another file, whose identities are copied into a sync and matched with its grants.
public struct ExternalResources: Sendable {
    /// The file.
    public var file: String
    /// Only holders of this entitlement of the file; empty means everybody.
    public var entitlement: String
    /// Which kinds of resources are identities.
    public var traits: [Trait]

    /// The identities of `file`; users and groups unless other traits are given.
    public init(file: String, heldBy entitlement: String = "", traits: [Trait] = []) {
        self.file = file
        self.entitlement = entitlement
        self.traits = traits.isEmpty ? [.user, .group] : traits
    }

    /// What makes it the same request, for the state of an unfinished sync.
    var words: [String] {
        [file, entitlement] + Set(traits.map(\.rawValue)).sorted().map(String.init)
    }
}
