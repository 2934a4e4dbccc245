import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf

/// A clock that stands still.
let noon = StoredTime(seconds: 1_780_000_000, nanos: 120_000_000)

/// Options with a clock that stands still.
func options(
    _ environment: [String: String] = [:], in folder: String? = nil, at time: StoredTime = noon
) -> C1ZWriterOptions {
    C1ZWriterOptions(temporaryFolder: folder, environment: environment, clock: { time })
}

/// Small records, made to be told apart.
enum Sample {
    static let user: ResourceType = .with {
        $0.id = "user"
        $0.displayName = "User"
    }
    static let group: ResourceType = .with {
        $0.id = "group"
        $0.displayName = "Group"
    }

    static func resource(_ id: String, type: String = "user", name: String = "") -> Resource {
        .with {
            $0.id = ResourceID(type, id).message
            $0.displayName = name
        }
    }

    static func entitlement(_ id: String, on resource: Resource) -> Entitlement {
        .with {
            $0.id = id
            $0.resource = resource
            $0.slug = "member"
        }
    }

    static func grant(
        _ id: String, of entitlement: Entitlement, to principal: Resource, expanding: [String]? = nil
    ) -> Grant {
        .with {
            $0.id = id
            $0.entitlement = entitlement
            $0.principal = principal
            guard let expanding else { return }
            $0.annotations.append(
                carrying: GrantExpandable.with { expandable in expandable.entitlementIds = expanding })
        }
    }

    static let team = resource("team", type: "group")
    static let member = entitlement("group:team:member", on: team)

    static func membership(_ id: String, expanding: [String]? = nil) -> Grant {
        grant(id, of: member, to: resource("u1"), expanding: expanding)
    }
}

extension C1ZWriter {
    func put(_ types: ResourceType...) throws {
        var batch = RecordBatch(.resourceType)
        for type in types { try batch.append(type) }
        try put(batch)
    }

    func put(_ resources: Resource...) throws {
        var batch = RecordBatch(.resource)
        for resource in resources { try batch.append(resource) }
        try put(batch)
    }

    func put(_ entitlements: Entitlement...) throws {
        var batch = RecordBatch(.entitlement)
        for entitlement in entitlements { try batch.append(entitlement) }
        try put(batch)
    }

    func put(_ grants: Grant...) throws {
        var batch = RecordBatch(.grant)
        for grant in grants { try batch.append(grant) }
        try put(batch)
    }
}
