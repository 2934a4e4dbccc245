public import BatonWire
public import SwiftProtobuf

/// A class of things in an application: users, groups, repositories.
///
/// Its `id` is its key.
public typealias ResourceType = C1_Connector_V2_ResourceType

/// One thing in an application.
///
/// A user, a group and a role are resources whose type has that trait.
public typealias Resource = C1_Connector_V2_Resource

/// Something that can be held on a resource, such as membership of a group.
public typealias Entitlement = C1_Connector_V2_Entitlement

/// The fact that a principal holds an entitlement.
public typealias Grant = C1_Connector_V2_Grant

/// What kind of thing every resource of a type is.
public typealias Trait = C1_Connector_V2_ResourceType.Trait

/// A typed remark on a record.
///
/// Readers match it by message name and keep the ones they don't know.
public typealias Annotation = Google_Protobuf_Any

/// On a resource type or a resource: it has neither entitlements nor grants of its own.
public typealias SkipEntitlementsAndGrants = C1_Connector_V2_SkipEntitlementsAndGrants

/// On a resource type or a resource: it has no entitlements of its own, but may have grants.
public typealias SkipEntitlements = C1_Connector_V2_SkipEntitlements

/// On a resource (on a type it has no effect): it has no grants.
public typealias SkipGrants = C1_Connector_V2_SkipGrants

/// On a resource type: it is only synced when asked for.
public typealias OptInRequired = C1_Connector_V2_OptInRequired

/// On a grant: it can't be revoked.
public typealias GrantImmutable = C1_Connector_V2_GrantImmutable

/// On a grant: attributes to show.
public typealias GrantMetadata = C1_Connector_V2_GrantMetadata

/// On a grant: whoever holds these entitlements of its principal holds this grant's entitlement too.
public typealias GrantExpandable = C1_Connector_V2_GrantExpandable
