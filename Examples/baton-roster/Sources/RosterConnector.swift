import AccessModel
import ConnectorKit
import Foundation

/// The settings: one flag, which is also the variable BATON_ROSTER and the key `roster` in .baton.yaml.
struct RosterConfiguration: ConnectorConfiguration {
    @Setting("roster", "File with one team a line: \"team: member, member\"") var roster: String
}

/// Reads teams and their members from a text file.
struct RosterConnector: Connector {
    static let metadata = ConnectorMetadata(
        name: "baton-roster", displayName: "Roster", description: "Teams and members from a text file",
        example: "baton-roster --roster teams.txt")

    private let roster: Roster

    init(_ configuration: RosterConfiguration, context: ConnectorContext) async throws {
        roster = Roster(path: configuration.roster)
    }

    func validate() async throws {
        _ = try roster.teams()
    }

    var syncers: [any ResourceSyncer] { [UserSyncer(roster: roster), TeamSyncer(roster: roster)] }
}
