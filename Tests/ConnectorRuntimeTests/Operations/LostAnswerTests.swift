import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

/// A connector whose answers are hard to tell.
private struct OddConnector: Connector, TicketingConnector {
    static let metadata = ConnectorMetadata(name: "baton-odd", displayName: "Odd")

    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws {}
    init() {}

    func validate() async throws {}
    var syncers: [any ResourceSyncer] { [Accounts()] }
    var ticketDesk: (any TicketDesk)? { Desk() }

    struct Accounts: AccountProvisioner, ResourceCreator {
        let type = ResourceType("user", displayName: "User", traits: [.user])
        var accountCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword) }
        var accountFields: [AccountField] { [] }

        func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> { Page([]) }

        /// With a time that JSON can't hold.
        func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
            guard case .password(let password)? = credential?.kind else { throw ServiceError(.internal, "no password") }
            let user = Resource.with {
                $0.id = ResourceID("user", "u1").message
                $0.createdAt = Google_Protobuf_Timestamp(seconds: 1_000_000_000_000_000)
            }
            return CreatedAccount(.created, user, credentials: [.password(password)])
        }

        func create(_ resource: Resource) async throws -> Resource {
            .with {
                $0.id = ResourceID("user", "u1").message
                $0.displayName = String(repeating: "x", count: 5000)
            }
        }

        func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned { .alreadySo }
    }

    /// Interrupted at the ticket called `stop`.
    struct Desk: TicketDesk {
        func schemas(page: PageRequest) async throws -> Page<TicketSchema> { Page([]) }
        func schema(_ id: String) async throws -> TicketSchema? { nil }
        func ticket(_ id: String) async throws -> Ticket? { nil }
        func create(_ request: TicketRequest, as schema: TicketSchema) async throws -> Ticket {
            if request.displayName == "stop" { throw CancellationError() }
            return .with { $0.id = request.displayName }
        }
    }
}

@Suite struct `what was done is told` {
    private func run(_ arguments: String...) async throws -> (status: Int32, output: String, log: String) {
        let folder = try TemporaryFolder()
        let output = Notes<String>()
        let errors = Notes<String>()
        let workplace = Workplace(
            streams: StandardStreams(output: { output.add($0) }, error: { errors.add($0) }),
            terminal: Terminal(showsOutput: false, showsErrors: false, width: { 80 }), directory: folder.path, cores: 2)
        let status = await ConnectorProgram<OddConnector>.standard.run(arguments, [:], in: workplace)
        return (status, output.all.joined(), errors.all.joined())
    }

    @Test func `with its password also when the answer is no JSON`() async throws {
        let ending = try await run("--create-account-login=a", "--show-credentials", "--output=json")
        #expect(ending.status == 0)
        #expect(ending.output.hasPrefix("password: "))
        #expect(ending.log.contains("account created, but the answer can't be shown as JSON"))
    }

    @Test func `when the application makes something that can't be synced`() async throws {
        let ending = try await run("--create-resource=a", "--create-resource-type=user")
        #expect(ending.status == 3)
        #expect(ending.log.contains("the resource was created, but can't be synced: resource user/u1"))
    }

    @Test func `and nothing is made that could never be synced`() async throws {
        let name = String(repeating: "x", count: 5000)
        let ending = try await run("--create-resource=\(name)", "--create-resource-type=user")
        #expect(ending.status == 3)
        #expect(!ending.log.contains("was created"))
    }

    @Test func `of the tickets before an interruption`() async throws {
        let adapter = try ConnectorAdapter(OddConnector())
        let answer = try await adapter.bulkCreateTickets(
            .with { request in
                request.ticketRequests = ["one", "stop", "two"].map { name in .with { $0.request.displayName = name } }
            })
        #expect(answer.tickets.map(\.ticket.id) == ["one", "", "two"])
        #expect(answer.tickets[1].error == "interrupted: look whether it was opened")
    }
}
