import AccessModel
import BatonWire
import Logging
import SwiftProtobuf

/// Grants for whoever has a certain value in the profile.
struct ProfileWishes {
    /// A grant and an identity that it is for.
    struct Match {
        let carrier: MatchCarrier
        let trait: Trait
    }

    private var carriers: [MatchCarrier] = []
    private var wanted: [Trait: [ByteKey: [ByteKey: [Int]]]] = [:]
    /// How large the grants are in all.
    private(set) var bytes = 0

    var count: Int { carriers.count }

    mutating func add(_ carrier: MatchCarrier, _ wish: C1_Connector_V2_ExternalResourceMatch) {
        wanted[wish.resourceType, default: [:]][ByteKey(wish.key), default: [:]][
            wish.value.caseFolded, default: []
        ].append(carriers.count)
        carriers.append(carrier)
        bytes += carrier.size
    }

    /// The grants that an identity gets.
    func matches(of principal: UnsafeRawBufferPointer, _ log: Logger) throws -> [Match] {
        var matches: [Match] = []
        for (trait, keys) in wanted.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where try trait.mark?.isOn(principal) == true {
            let resource = try Resource(serializedBytes: Array(principal))
            var places: Set<Int> = []
            do {
                // A user whose trait can't be read matches nothing.
                let user = trait == .user ? try resource.annotations.first(C1_Connector_V2_UserTrait.self) : nil
                let profile = try resource.anyProfile
                for (key, values) in keys {
                    if let value = profile?.text(key) { places.formUnion(values[value.caseFolded] ?? []) }
                    guard let user, key == ByteKey("email") else { continue }
                    for email in user.emails { places.formUnion(values[email.address.caseFolded] ?? []) }
                }
            } catch is BinaryDecodingError {
                log.error(
                    "error getting user trait",
                    metadata: [
                        "principal_resource_type_id": "\(resource.id.resourceType)",
                        "principal_resource_id": "\(resource.id.resource)",
                    ])
                continue
            }
            matches += places.sorted().map { Match(carrier: carriers[$0], trait: trait) }
        }
        return matches
    }
}

extension Profile {
    /// The string under a key of exactly these bytes.
    fileprivate func text(_ key: ByteKey) -> String? {
        guard let place = fields.index(forKey: key.text), ByteKey(fields[place].key) == key,
            case .stringValue(let text)? = fields[place].value.kind
        else { return nil }
        return text
    }
}
