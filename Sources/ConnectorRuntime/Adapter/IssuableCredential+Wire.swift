import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension IssuableCredential {
    /// How a platform is told of it.
    var descriptor: C1_Connector_V2_CredentialIssueOptionDescriptor {
        .with {
            $0.option = option
            $0.resourceMode = mode.message
            $0.secretResourceTypeID = secretType
            if let lifetime {
                $0.expiry = .with {
                    if let shortest = lifetime.shortest { $0.min = Google_Protobuf_Duration(shortest) }
                    if let longest = lifetime.longest { $0.max = Google_Protobuf_Duration(longest) }
                }
            }
            switch kind {
            case .apiKey(let scopes):
                $0.scopes = scopes.names
                $0.customScopesAllowed = scopes.allowsOthers
            case .keypair(let profiles): $0.keyProfiles = profiles.map(\.message)
            case .token(let scopes, let audiences):
                $0.scopes = scopes.names
                $0.customScopesAllowed = scopes.allowsOthers
                $0.audiences = audiences.names
                $0.customAudiencesAllowed = audiences.allowsOthers
            case .clientSecret: break
            }
        }
    }

    /// Its kind as platforms know it.
    var option: C1_Connector_V2_CapabilityDetailCredentialOption {
        switch kind {
        case .apiKey: .apiKey
        case .keypair: .keypair
        case .token: .token
        case .clientSecret: .clientSecret
        }
    }
}

extension IssuableCredential.Mode {
    var message: C1_Connector_V2_CredentialResourceMode {
        switch self {
        case .discoverable: .discoverable
        case .virtual: .virtual
        }
    }
}

extension KeyProfile {
    var message: C1_Connector_V2_KeyGenerationProfile {
        .with {
            switch self {
            case .rsa(let bits):
                $0.kty = "RSA"
                $0.rsaModulusBits = UInt32(clamping: bits)
            case .ec(let curve):
                $0.kty = "EC"
                $0.crv = curve.rawValue
            case .okp(let curve):
                $0.kty = "OKP"
                $0.crv = curve.rawValue
            }
        }
    }

    /// The profile that a message means; nil when it means none.
    init?(_ message: C1_Connector_V2_KeyGenerationProfile) {
        switch (message.kty, message.parameters) {
        case ("RSA", .rsaModulusBits(let bits)?): self = .rsa(bits: Int(bits))
        case ("EC", .crv(let name)?):
            guard let curve = ECCurve(rawValue: name) else { return nil }
            self = .ec(curve)
        case ("OKP", .crv(let name)?):
            guard let curve = OKPCurve(rawValue: name) else { return nil }
            self = .okp(curve)
        default: return nil
        }
    }
}

extension Google_Protobuf_Duration {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
    }
}
