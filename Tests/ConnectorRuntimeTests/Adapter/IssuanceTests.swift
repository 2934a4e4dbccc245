import AccessModel
import BatonWire
import ConnectorKit
import CredentialCipher
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

private let now: Int64 = 1_790_000_000
private let secretType = ResourceType("api-key", displayName: "API key", traits: [.secret])

/// Accounts that can be given credentials.
private struct Accounts: CredentialIssuer {
    let type = ResourceType("user", displayName: "User", traits: [.user])
    var issuableCredentials = Accounts.offers
    let orders = Notes<CredentialIssueOrder>()
    var adjust: @Sendable (inout Made) -> Void = { _ in }

    struct Made {
        var id = ResourceID("api-key", "k1")
        var trait = C1_Connector_V2_SecretTrait()
        var hasTrait = true
        var parts = [NewCredential("key", Secret("s3cret"))]
    }

    static let offers = [
        IssuableCredential(
            .apiKey(scopes: .only("read", "write")), as: secretType, mode: .discoverable,
            lifetime: CredentialLifetime(atLeast: .seconds(60), atMost: .seconds(3600))),
        IssuableCredential(.keypair([.rsa(bits: 2048), .okp(.ed25519), .ec(.p256)]), as: secretType, mode: .virtual),
        IssuableCredential(
            .token(scopes: .any(suggesting: "read"), audiences: .only("api")), as: secretType, mode: .virtual,
            lifetime: CredentialLifetime()),
    ]

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> { Page([]) }

    func issueCredential(_ order: CredentialIssueOrder) async throws -> IssuedCredential {
        orders.add(order)
        if order.requestID == "refused" { throw ServiceError(.permissionDenied, "no") }
        var made = Made()
        made.trait.identityID = order.identity.message
        if let expiry = order.expiry { made.trait.expiresAt = expiry }
        adjust(&made)
        var secret = Resource.secret(made.id, name: "Key", trait: made.trait)
        if !made.hasTrait { secret.annotations = [] }
        return IssuedCredential(secret, made.parts)
    }
}

private struct Keys: ResourceDeleter {
    let type = secretType
    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> { Page([]) }
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned { .alreadySo }
}

private let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

private func order(
    _ adjust: (inout C1_Connector_V2_IssueCredentialRequest) throws -> Void = { _ in }
) throws -> C1_Connector_V2_IssueCredentialRequest {
    var request = C1_Connector_V2_IssueCredentialRequest()
    request.identityID = ResourceID("user", "u1").message
    request.requestID = "r-1_A"
    request.encryptionConfigs = [try Recipient(parsing: recipient).config]
    request.credentialOptions.apiKey = .with { $0.scopes = ["read"] }
    try adjust(&request)
    return request
}

private func token(_ adjust: @Sendable (inout C1_Connector_V2_CredentialIssueOptions.Token) -> Void)
    -> @Sendable (inout C1_Connector_V2_IssueCredentialRequest) -> Void
{
    var token = C1_Connector_V2_CredentialIssueOptions.Token()
    adjust(&token)
    return { [token] in $0.credentialOptions.token = token }
}

@Suite struct `issuing a credential` {
    @Test func `asks the author once, and encrypts what comes`() async throws {
        let accounts = Accounts()
        let adapter = try ConnectorAdapter(ScriptedConnector([accounts, Keys()]))
        let request = try order { $0.expiresAt = .with { $0.seconds = now + 600 } }
        let issued = try await adapter.issueCredential(request, now: now)
        let asked = try #require(accounts.orders.all.first)
        #expect(accounts.orders.all.count == 1)
        #expect(asked.identity == ResourceID("user", "u1"))
        #expect(asked.kind == .apiKey(scopes: ["read"]))
        #expect(asked.expiry?.seconds == now + 600)
        #expect(issued.response.requestID == "r-1_A")
        #expect(issued.response.resourceMode == .discoverable)
        #expect(issued.response.secret.identity == ResourceID("api-key", "k1"))
        let data = try #require(issued.response.encryptedData.first)
        #expect(data.name == "key" && data.provider == "baton/age/v1")
        #expect(!String(decoding: data.encryptedBytes, as: UTF8.self).contains("s3cret"))
    }

    @Test(arguments: [
        (CredentialIssueOrder.Kind.keypair(.rsa(bits: 2048)), C1_Connector_V2_CredentialResourceMode.virtual),
        (.keypair(.okp(.ed25519)), .virtual), (.keypair(.ec(.p256)), .virtual),
        (.token(scopes: ["read", "anything"], audiences: ["api"]), .virtual), (.apiKey(scopes: []), .discoverable),
    ])
    func `hands on what was asked for`(kind: CredentialIssueOrder.Kind, mode: C1_Connector_V2_CredentialResourceMode)
        async throws
    {
        let accounts = Accounts()
        let adapter = try ConnectorAdapter(ScriptedConnector([accounts, Keys()]))
        let request = try order { request in
            switch kind {
            case .apiKey(let scopes): request.credentialOptions.apiKey = .with { $0.scopes = scopes }
            case .keypair(let profile): request.credentialOptions.keypair = .with { $0.profile = profile.message }
            case .token(let scopes, let audiences):
                request.credentialOptions.token = .with {
                    $0.scopes = scopes
                    $0.audiences = audiences
                }
            case .clientSecret: request.credentialOptions.clientSecret = .init()
            }
        }
        let issued = try await adapter.issueCredential(request, now: now)
        #expect(accounts.orders.all.map(\.kind) == [kind])
        #expect(issued.response.resourceMode == mode)
    }

    /// Orders that must not reach the author.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let adjust: @Sendable (inout C1_Connector_V2_IssueCredentialRequest) -> Void

        init(
            _ description: String, _ adjust: @escaping @Sendable (inout C1_Connector_V2_IssueCredentialRequest) -> Void
        ) {
            testDescription = description
            self.adjust = adjust
        }

        static let all = [
            Wrong("request id") { $0.requestID = "" }, Wrong("request id") { $0.requestID = "a b" },
            Wrong("request id") { $0.requestID = String(repeating: "x", count: 129) },
            Wrong("identity") { $0.identityID.resource = "" }, Wrong("identity") { $0.clearIdentityID() },
            Wrong("encryption configs") { $0.encryptionConfigs = [] },
            Wrong("encryption config") { $0.encryptionConfigs[0].provider = "nobody" },
            Wrong("credential options") { $0.clearCredentialOptions() },
            Wrong("credential options") { $0.credentialOptions.clientSecret = .init() },
            Wrong("scope admin: not one of read, write") { $0.credentialOptions.apiKey.scopes = ["read", "admin"] },
            Wrong("scope read: is asked for twice") { $0.credentialOptions.apiKey.scopes = ["read", "read"] },
            Wrong("scope: is blank", token { $0.scopes = [" "] }),
            Wrong("audience other: not one of api", token { $0.audiences = ["other"] }),
            Wrong("key profile") { $0.credentialOptions.keypair = .init() },
            Wrong("key profile") { $0.credentialOptions.keypair.profile = KeyProfile.rsa(bits: 4096).message },
            Wrong("key profile") {
                $0.credentialOptions.keypair.profile = .with {
                    $0.kty = "RSA"
                    $0.crv = "P-256"
                }
            },
            Wrong("expiry: is not in the future") { $0.expiresAt.seconds = now },
            Wrong("expiry: is not in the future") { $0.expiresAt.seconds = .min },
            Wrong("expiry: too early") { $0.expiresAt.seconds = now + 59 },
            Wrong("expiry: too late") { $0.expiresAt.seconds = now + 3601 },
            Wrong("expiry: this kind of credential can't be given one") {
                $0.credentialOptions.keypair.profile = KeyProfile.okp(.ed25519).message
                $0.expiresAt.seconds = now + 60
            },
        ]
    }

    @Test(arguments: Wrong.all) func `refuses an order before the author sees it`(wrong: Wrong) async throws {
        let accounts = Accounts()
        let adapter = try ConnectorAdapter(ScriptedConnector([accounts, Keys()]))
        let complaint = await failure { _ = try await adapter.issueCredential(order(wrong.adjust), now: now) }
        #expect(complaint.hasPrefix("invalidArgument: \(wrong.testDescription)"), "\(complaint)")
        #expect(accounts.orders.all.isEmpty)
    }

    @Test func `is refused by who can't`() async throws {
        let adapter = try ConnectorAdapter(ScriptedConnector([Accounts(), Keys()]))
        let keys = await failure {
            _ = try await adapter.issueCredential(
                order { $0.identityID = ResourceID("api-key", "k").message }, now: now)
        }
        #expect(keys == "unimplemented: resource type api-key does not have credential issuer configured")
        let strangers = await failure {
            _ = try await adapter.issueCredential(order { $0.identityID = ResourceID("x", "k").message }, now: now)
        }
        #expect(strangers.hasPrefix("notFound: "))
        let author = await failure {
            _ = try await adapter.issueCredential(order { $0.requestID = "refused" }, now: now)
        }
        #expect(author == "permissionDenied: issue credential failed: no")
    }

    /// Answers that must not be handed on.
    fileprivate struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let adjust: @Sendable (inout Accounts.Made) -> Void

        static let all = [
            Broken(testDescription: "not a complete id of the type api-key") { $0.id = ResourceID("api-key", "") },
            Broken(testDescription: "not a complete id of the type api-key") { $0.id = ResourceID("other", "k") },
            Broken(testDescription: "has no SecretTrait") { $0.hasTrait = false },
            Broken(testDescription: "is said to belong to user/u2") {
                $0.trait.identityID = ResourceID("user", "u2").message
            },
            Broken(testDescription: "doesn't expire") { $0.trait.clearExpiresAt() },
            Broken(testDescription: "doesn't expire") { $0.trait.expiresAt.seconds += 1 },
            Broken(testDescription: "must have names") { $0.parts = [] },
            Broken(testDescription: "must have names") { $0.parts = [NewCredential("", Secret("x"))] },
            Broken(testDescription: "must have names") { $0.parts += $0.parts },
            Broken(testDescription: "a part of it is empty") { $0.parts = [NewCredential("key", Secret(""))] },
        ]
    }

    @Test(arguments: Broken.all) fileprivate func `says that it was issued when the answer is wrong`(broken: Broken)
        async throws
    {
        let accounts = Accounts(adjust: broken.adjust)
        let adapter = try ConnectorAdapter(ScriptedConnector([accounts, Keys()]))
        let complaint = await failure {
            _ = try await adapter.issueCredential(order { $0.expiresAt.seconds = now + 600 }, now: now)
        }
        #expect(
            complaint.hasPrefix("internal: a credential was issued for user/u1, but can't be handed on: "),
            "\(complaint)")
        #expect(complaint.contains(broken.testDescription), "\(complaint)")
        #expect(!complaint.contains("s3cret"))
    }
}

@Suite struct `what can be issued` {
    private func complaint(_ offers: [IssuableCredential], deletable: Bool = true) async -> String {
        await failure {
            let syncers: [any ResourceSyncer] =
                deletable ? [Accounts(issuableCredentials: offers), Keys()] : [Accounts(issuableCredentials: offers)]
            _ = try ConnectorAdapter(ScriptedConnector(syncers))
        }
    }

    @Test func `makes sense, or the connector doesn't start`() async {
        func offer(_ kind: IssuableCredential.Kind, _ lifetime: CredentialLifetime? = nil) -> IssuableCredential {
            IssuableCredential(kind, as: secretType, mode: .virtual, lifetime: lifetime)
        }
        let start = "invalidArgument: resource type user: its issuer of credentials "
        #expect(await complaint([]) == start + "offers none")
        #expect(
            await complaint([offer(.clientSecret), offer(.clientSecret)]) == start + "offers a kind of credential twice"
        )
        #expect(await complaint([offer(.keypair([]))]) == start + "offers key pairs of no kind")
        for bits in [1024, 2049, 16_640] {
            #expect(await complaint([offer(.keypair([.rsa(bits: bits)]))]).hasPrefix(start + "offers RSA keys of"))
        }
        #expect(
            await complaint([offer(.clientSecret, .init(atLeast: .zero))])
                == start + "has a time of validity that is not above zero")
        #expect(
            await complaint([offer(.clientSecret, .init(atLeast: .seconds(2), atMost: .seconds(1)))])
                == start + "has a shortest time of validity above the longest")
        #expect(await complaint([offer(.clientSecret)], deletable: false).hasSuffix("whose syncer can't delete them"))
        #expect(await complaint([offer(.clientSecret, .init(atLeast: .seconds(1)))]) == "nothing")
    }

    @Test func `is in the manifest`() throws {
        let message = try CapabilityManifest(ConnectorAdapter(ScriptedConnector([Accounts(), Keys()]))).message
        #expect(message.connectorCapabilities == [.sync, .resourceDelete, .credentialIssue])
        let user = try #require(message.resourceTypeCapabilities.last)
        #expect(user.capabilities == [.sync, .credentialIssue])
        #expect(user.credentialIssue.preferredOption == .apiKey)
        let options = user.credentialIssue.options
        #expect(options.map(\.option) == [.apiKey, .keypair, .token])
        #expect(options.map(\.secretResourceTypeID) == ["api-key", "api-key", "api-key"])
        #expect(options[0].scopes == ["read", "write"] && !options[0].customScopesAllowed)
        #expect(options[0].expiry.min.seconds == 60 && options[0].expiry.max.seconds == 3600)
        #expect(options[0].resourceMode == .discoverable)
        #expect(options[1].keyProfiles.map(\.kty) == ["RSA", "OKP", "EC"])
        #expect(options[1].keyProfiles[0].rsaModulusBits == 2048 && options[1].keyProfiles[1].crv == "Ed25519")
        #expect(!options[1].hasExpiry)
        #expect(options[2].customScopesAllowed && !options[2].customAudiencesAllowed)
        #expect(options[2].audiences == ["api"] && options[2].hasExpiry)
    }
}
