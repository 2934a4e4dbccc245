import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// What must hold of credentials to be issued: of what is offered, of an order, and of what came of it (connector-runtime §14.4).
enum IssuanceRules {
    // MARK: What a syncer offers

    /// Checks what the syncer of a type offers, once, at the start.
    ///
    /// - Parameter isDeletable: whether resources of a type can be deleted.
    static func check(
        _ offers: [IssuableCredential], of type: String, isDeletable: (String) -> Bool
    ) throws(ServiceError) {
        guard !offers.isEmpty else { throw wrong(type, "offers none") }
        guard Set(offers.map(\.option.rawValue)).count == offers.count else {
            throw wrong(type, "offers a kind of credential twice")
        }
        for offer in offers {
            guard isDeletable(offer.secretType) else {
                throw wrong(type, "makes resources of the type \(offer.secretType), whose syncer can't delete them")
            }
            if case .keypair(let profiles) = offer.kind {
                guard !profiles.isEmpty else { throw wrong(type, "offers key pairs of no kind") }
                for case .rsa(let bits) in profiles where !(2048...16_384).contains(bits) || bits % 256 != 0 {
                    throw wrong(type, "offers RSA keys of \(bits) bits; possible are 2048 to 16384 in steps of 256")
                }
            }
            if let lifetime = offer.lifetime, let problem = lifetime.problem { throw wrong(type, problem) }
        }
    }

    private static func wrong(_ type: String, _ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "resource type \(type): its issuer of credentials \(problem)")
    }

    // MARK: An order

    /// The offer that an order means, and the order for the author.
    static func order(
        _ request: C1_Connector_V2_IssueCredentialRequest, among offers: [IssuableCredential], now: Int64
    ) throws(ServiceError) -> (offer: IssuableCredential, order: CredentialIssueOrder) {
        let options = request.credentialOptions.options
        guard let option = options?.option else { throw refused("credential options: say what to issue") }
        guard let offer = offers.first(where: { $0.option == option }) else {
            throw refused("credential options: this connector can't issue that here")
        }
        let kind = try kind(options, offer.kind)
        let expiry = request.hasExpiresAt ? request.expiresAt : nil
        if let expiry { try check(expiry, against: offer.lifetime, now: now) }
        return (
            offer,
            CredentialIssueOrder(
                for: ResourceID(request.identityID), kind, expiry: expiry, requestID: request.requestID)
        )
    }

    /// Checks the caller's name for an order: letters, digits, `_` and `-`, at most 128.
    static func check(requestID: String) throws(ServiceError) {
        let isFine = requestID.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isFine, (1...128).contains(requestID.utf8.count) else {
            throw refused("request id: must be 1 to 128 letters, digits, dashes and underscores")
        }
    }

    private static func kind(
        _ options: C1_Connector_V2_CredentialIssueOptions.OneOf_Options?, _ offered: IssuableCredential.Kind
    ) throws(ServiceError) -> CredentialIssueOrder.Kind {
        switch (options, offered) {
        case (.apiKey(let asked)?, .apiKey(let scopes)):
            try check(asked.scopes, "scope", against: scopes)
            return .apiKey(scopes: asked.scopes)
        case (.keypair(let asked)?, .keypair(let profiles)):
            guard let profile = KeyProfile(asked.profile), profiles.contains(profile) else {
                throw refused("key profile: not one that this connector can make")
            }
            return .keypair(profile)
        case (.token(let asked)?, .token(let scopes, let audiences)):
            try check(asked.scopes, "scope", against: scopes)
            try check(asked.audiences, "audience", against: audiences)
            return .token(scopes: asked.scopes, audiences: asked.audiences)
        default: return .clientSecret
        }
    }

    private static func check(_ names: [String], _ what: String, against offer: OfferedNames) throws(ServiceError) {
        var seen: Set<ByteKey> = []
        for name in names {
            guard !name.allSatisfy(\.isWhitespace) else { throw refused("\(what): is blank") }
            guard seen.insert(ByteKey(name)).inserted else { throw refused("\(what) \(name): is asked for twice") }
            guard offer.allowsOthers || offer.names.contains(where: name.hasSameBytes) else {
                throw refused("\(what) \(name): not one of \(offer.names.joined(separator: ", "))")
            }
        }
    }

    private static func check(
        _ expiry: Google_Protobuf_Timestamp, against lifetime: CredentialLifetime?, now: Int64
    ) throws(ServiceError) {
        guard let lifetime else { throw refused("expiry: this kind of credential can't be given one") }
        let (left, isHuge) = expiry.seconds.subtractingReportingOverflow(now)
        guard !isHuge, left > 0 else { throw refused("expiry: is not in the future") }
        if let shortest = lifetime.shortest, .seconds(left) < shortest {
            throw refused("expiry: too early, the shortest possible time is \(shortest)")
        }
        if let longest = lifetime.longest, .seconds(left) > longest {
            throw refused("expiry: too late, the longest possible time is \(longest)")
        }
    }

    private static func refused(_ problem: String) -> ServiceError { ServiceError(.invalidArgument, problem) }

    // MARK: What came of it

    /// Checks what an author's code says it issued.
    static func check(
        _ issued: IssuedCredential, for order: CredentialIssueOrder, as offer: IssuableCredential
    ) throws {
        let secret = issued.secret
        guard secret.id.resourceType.hasSameBytes(as: offer.secretType), !secret.id.resource.isEmpty else {
            throw broken("its resource \(secret.identity) is not a complete id of the type \(offer.secretType)")
        }
        try AnswerRules.check(secret)
        guard let trait = try secret.annotations.first(C1_Connector_V2_SecretTrait.self) else {
            throw broken("\(secret.identity) has no SecretTrait")
        }
        guard ResourceID(trait.identityID) == order.identity else {
            throw broken(
                "\(secret.identity) is said to belong to \(ResourceID(trait.identityID)), not \(order.identity)")
        }
        if let expiry = order.expiry {
            guard trait.hasExpiresAt, !expiry.isBefore(trait.expiresAt) else {
                throw broken("\(secret.identity) doesn't expire when it was asked to")
            }
        }
        let names = issued.credentials.map(\.name)
        guard !names.isEmpty, !names.contains(""), Set(names.map { ByteKey($0) }).count == names.count else {
            throw broken("its parts must have names, each its own, and there must be one")
        }
        guard !issued.credentials.contains(where: \.value.isEmpty) else { throw broken("a part of it is empty") }
    }

    private static func broken(_ problem: String) -> ServiceError {
        ServiceError(.internal, "\(problem) - likely a connector bug")
    }
}

extension CredentialLifetime {
    fileprivate var problem: String? {
        for bound in [shortest, longest] {
            if let bound, bound <= .zero { return "has a time of validity that is not above zero" }
        }
        guard let shortest, let longest, shortest > longest else { return nil }
        return "has a shortest time of validity above the longest"
    }
}

extension C1_Connector_V2_CredentialIssueOptions.OneOf_Options {
    fileprivate var option: C1_Connector_V2_CapabilityDetailCredentialOption {
        switch self {
        case .apiKey: .apiKey
        case .keypair: .keypair
        case .token: .token
        case .clientSecret: .clientSecret
        }
    }
}

extension Google_Protobuf_Timestamp {
    fileprivate func isBefore(_ other: Google_Protobuf_Timestamp) -> Bool {
        (seconds, nanos) < (other.seconds, other.nanos)
    }
}
