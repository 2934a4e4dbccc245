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

/// Something that happened in an application.
public typealias Event = C1_Connector_V2_Event

/// What kinds of events a feed brings.
public typealias EventType = C1_Connector_V2_EventType

/// A request for work in another system, such as a Jira issue.
public typealias Ticket = C1_Connector_V2_Ticket

/// What a new ticket should hold.
public typealias TicketRequest = C1_Connector_V2_TicketRequest

/// What tickets of one kind can hold.
public typealias TicketSchema = C1_Connector_V2_TicketSchema

/// One value of a ticket, or what it may be.
public typealias TicketCustomField = C1_Connector_V2_TicketCustomField

/// What an action is called, takes and gives back.
public typealias ActionSchema = C1_Connector_V2_BatonActionSchema

/// One argument or result of an action.
public typealias ActionField = C1_Config_V1_Field

/// On the answer to a grant: this other grant ended by it.
public typealias GrantReplaced = C1_Connector_V2_GrantReplaced
